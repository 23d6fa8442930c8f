import { PERCENT_PATTERN, QUANTITY_PATTERN, SIZE_PATTERN, TIME_PATTERN } from '../src/config/quantity.ts';
import { AXES, METRICS, type Metric } from '../src/measure/metric.ts';
import type { Manifest } from './manifest.ts';

/** The generated tables by name, as Markdown. `config`: the JSON Schema of tare.toml. */
export function referenceTables(manifest: Manifest, config: unknown): ReadonlyMap<string, string> {
  const inputs = Object.entries(manifest.inputs).map(([name, input]) => [
    code(name),
    input.description,
    input.default === '' ? '' : code(input.default),
  ]);
  const outputs = Object.entries(manifest.outputs).map(([name, output]) => [code(name), output.description]);
  const top = keyRows(config);
  const builds = new Set(keyRows(member(config, 'configuration')).map(([key]) => key));
  const table = (name: string) => keyTable(keyRows(member(config, name)));
  return new Map([
    ['inputs', markdownTable(['Input', 'Meaning', 'Default'], inputs)],
    ['outputs', markdownTable(['Output', 'Meaning'], outputs)],
    ['build-keys', keyTable(top.filter(([key]) => builds.has(key)))],
    [
      'other-keys',
      keyTable(top.filter(([key, , type]) => !builds.has(key) && type !== 'table' && type !== 'tables')),
    ],
    ['size-keys', table('size')],
    ['compile-keys', table('compile')],
    ['baseline-keys', table('baseline')],
    ['triage-keys', table('triage')],
    ['benches-keys', table('benches')],
    ['bench-keys', table('bench')],
    ['numbers-keys', table('numbers')],
    ['case-keys', table('case')],
    ['metrics', metricTable()],
  ]);
}

/** The whole of docs/reference.md. */
export function referencePage(tables: ReadonlyMap<string, string>): string {
  const table = (name: string) => tables.get(name) ?? '';
  return `<!-- Written by scripts/generate.ts from action.yml and src/config/schema.ts; edit those. -->

# Reference

How to use these for a task: [how to configure Tare](how-to/configure.md),
[how to measure run time](how-to/benchmarks.md). Words: [glossary](glossary.md).

## Inputs of the action

An input wins over the configuration file, and the file over the default.

${table('inputs')}

## Outputs of the action

${table('outputs')}

## tare.toml

A TOML file, UTF-8, of at most 256 KiB. The file that is read is the one that the input \`config\` (\`--config\` in a
terminal) names, else the first of \`tare.toml\` in the working directory, \`tare.toml\` in the repository root and
\`.github/tare.toml\`. Without a file the defaults hold. A wrong key or value is an error that names the file, the line,
the key and what is allowed; nothing is built then.

### How to build: top level and \`[[configuration]]\`

At the top level these keys describe the one configuration, named \`default\`. With \`[[configuration]]\` tables there is
one configuration for each table, in their order; each has a \`name\` (letters, digits, \`.\`, \`_\` and \`-\`; unique) and
inherits the top-level keys. A key of its own replaces the inherited one; \`env\` is merged variable by variable.

${table('build-keys')}

### Gate and comment: top level

${table('other-keys')}

### \`[size]\`

${table('size-keys')}

### \`[compile]\`

${table('compile-keys')}

### \`[baseline]\`

${table('baseline-keys')}

### \`[triage]\`

The weekly report: [how to read and deliver it](how-to/triage.md).

${table('triage-keys')}

### \`[benches]\`

What holds for all benchmarks, those that are found as well as those of \`[[bench]]\` and \`[[numbers]]\`. TOML allows
\`[[bench]]\` or \`[bench]\` in one file, never both, hence the plural.

${table('benches-keys')}

### \`[[bench]]\`

A command over the programs that the configuration builds. How to write one:
[how to measure run time](how-to/benchmarks.md).

${table('bench-keys')}

### \`[[numbers]]\`

${table('numbers-keys')}

### \`[[case]]\`

A rule for the cases that \`match\` fits. Where several rules fit, a later one wins over an earlier, key by key.

${table('case-keys')}

### Quantities

- A size is text such as \`"64 KiB"\` or \`"1.5 MB"\`, or a whole number of bytes. Units: \`B\`, \`kB\`, \`MB\`, \`GB\` (powers of 1000), \`KiB\`, \`MiB\`, \`GiB\` (powers of 1024).
- A time is text such as \`"30 s"\` or \`"250 ms"\`, or a number of seconds. Units: \`ns\`, \`us\`, \`µs\`, \`ms\`, \`s\`, \`min\`, \`h\`.
- A relative change is a percentage such as \`"0.1%"\`, or a ratio from 0 to 1 (0.001 is 0.1 %).

## Metrics

How each tier is judged: [glossary](glossary.md). Every metric is better when it is lower.

${table('metrics')}

\`gzip-bytes\` is the file compressed by the zlib of Node.js at level 9; \`gzip -9\` may give a few percent more or less.
`;
}

type KeyRow = readonly [key: string, meaning: string, type: string, fallback: string];

function keyTable(rows: readonly KeyRow[]): string {
  return markdownTable(['Key', 'Meaning', 'Type', 'Default'], rows);
}

function keyRows(schema: unknown): readonly KeyRow[] {
  const properties = field(schema, 'properties');
  return Object.entries(isObject(properties) ? properties : {}).map(([name, property]) => [
    code(name),
    [field(property, 'description'), example(property)].filter((part) => part !== undefined).join(' '),
    typeName(property),
    fallback(property),
  ]);
}

function example(property: unknown): string | undefined {
  const examples = field(property, 'examples');
  if (!Array.isArray(examples)) return undefined;
  return `Example: ${code(toml(examples[0]))}.`;
}

function fallback(property: unknown): string {
  const value = field(property, 'default');
  return value === undefined ? '' : code(toml(value));
}

function typeName(property: unknown): string {
  const allowed = field(property, 'enum');
  const union = field(property, 'anyOf');
  if (Array.isArray(allowed))
    return allowed.length > 8 ? 'a [metric](#metrics)' : allowed.map((value) => code(toml(value))).join(', ');
  if (Array.isArray(union))
    return union.map((option) => PATTERN_NAMES.get(String(field(option, 'pattern')))).join('');
  if (field(property, 'additionalProperties') !== undefined)
    return isObject(field(property, 'properties')) ? 'table' : 'table of strings';
  if (field(property, 'type') !== 'array') return String(field(property, 'type'));
  return field(field(property, 'items'), 'type') === 'object' ? 'tables' : 'list of strings';
}

const PATTERN_NAMES: ReadonlyMap<string, string> = new Map([
  [SIZE_PATTERN.source, 'size'],
  [TIME_PATTERN.source, 'time'],
  [QUANTITY_PATTERN.source, 'quantity'],
  [PERCENT_PATTERN.source, 'relative change'],
]);

function metricTable(): string {
  const rows = AXES.flatMap((axis) =>
    Object.entries<Metric>(METRICS[axis]).map(([name, metric]) => [
      code(`${axis} …`),
      code(name),
      metric.title,
      { B: 'bytes', s: 'seconds', count: 'count' }[metric.unit],
      metric.tier,
    ]),
  );
  return markdownTable(['Cases', 'Metric', 'Meaning', 'Unit', 'Tier'], rows);
}

/** Columns are padded as the formatter of this repository pads them. */
function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, ...rows].map((cells) => cells.map((cell) => cell.trim().replaceAll('|', '\\|')));
  const widths = head.map((_, column) => Math.max(3, ...lines.map((cells) => cells[column]?.length ?? 0)));
  const padded = (cells: readonly string[]) =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |`;
  const [first = [], ...rest] = lines;
  return [first, widths.map((width) => '-'.repeat(width)), ...rest].map(padded).join('\n');
}

function toml(value: unknown): string {
  if (!isObject(value)) return JSON.stringify(value);
  const pairs = Object.entries(value).map(([key, item]) => `${key} = ${toml(item)}`);
  return `{ ${pairs.join(', ')} }`;
}

function code(text: string): string {
  return `\`${text}\``;
}

/** The JSON Schema of a table, or of each table of a list. */
function member(schema: unknown, name: string): unknown {
  const property = field(field(schema, 'properties'), name);
  return field(property, 'items') ?? property;
}

function field(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
