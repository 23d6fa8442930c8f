import { z } from 'zod';
import { readJson } from './json.ts';
import { type ParsedOutput, Rows, rejected } from './rows.ts';

/** `Instructions: NEW|OLD (change)`. */
const INSTRUCTIONS = /^ {2}Instructions:\s+(\S+?)\|/;

/**
 * What gungraun and iai-callgrind print: the new count of instructions. A benchmark's name is `module::path::function id`,
 * without the arguments behind the id, which may be long.
 */
export function parseGungraunText(text: string): ParsedOutput {
  const rows = new Rows();
  let name: string | null = null;
  for (const line of text.split('\n')) {
    name = headerOf(line) ?? name;
    const [, count] = INSTRUCTIONS.exec(line) ?? [];
    if (count === undefined || name === null) continue;
    rows.add(name, 'instructions', 'count', Number(count.replaceAll(',', '')));
    name = null;
  }
  return rows.finish('count "Instructions:" as gungraun prints it');
}

const number = z.union([z.object({ Int: z.number() }), z.object({ Float: z.number() })]);
/** The new value and the one before it, or only one of them; `Left` is the new one. */
const metrics = z.union([
  z.object({ Both: z.tuple([number, number]) }).transform(({ Both }) => plainNumber(Both[0])),
  z.object({ Left: number }).transform(({ Left }) => plainNumber(Left)),
  z.object({ Right: number }).transform(() => null),
]);
const counts = z.object({ Ir: z.object({ metrics }).optional() });
const summarySchema = z.object({
  version: z.string(),
  module_path: z.string(),
  id: z.string().nullish(),
  profiles: z.array(
    z.object({
      summaries: z.object({
        total: z.object({
          summary: z.object({ Callgrind: counts.optional(), Cachegrind: counts.optional() }),
        }),
      }),
    }),
  ),
});

/**
 * gungraun's JSON, one summary (schema 6, gungraun and iai-callgrind from 0.16 on) or several, each on a line of its own:
 * the new count of instructions (`Ir`). Names are those of {@link parseGungraunText}.
 */
export function parseGungraunSummary(text: string): ParsedOutput {
  const rows = new Rows();
  const documents = text.includes('\n{') ? text.split('\n').filter((line) => line.trim() !== '') : [text];
  for (const document of documents) {
    const read = readJson(summarySchema, document, "gungraun's summary (schema 6)");
    if (read.kind === 'rejected') return rejected(read.message);
    const { module_path: path, id, profiles } = read.value;
    const found = profiles.map(({ summaries }) => summaries.total.summary);
    const count = found
      .map((each) => (each.Callgrind ?? each.Cachegrind)?.Ir?.metrics)
      .find((each) => each != null);
    if (count == null) rows.bad(nameOf(path, id), 'its summary has no count of instructions');
    else rows.add(nameOf(path, id), 'instructions', 'count', count);
  }
  return rows.finish('summary of gungraun');
}

/** `module::path::function id:arguments`, not indented. */
function headerOf(line: string): string | null {
  const [path = '', rest = ''] = line.trimEnd().split(' ', 2);
  return path.includes('::') ? nameOf(path, rest.split(':', 1)[0]) : null;
}

function nameOf(path: string, id: string | null | undefined): string {
  return id === undefined || id === null || id === '' ? path : `${path} ${id}`;
}

function plainNumber(value: z.infer<typeof number>): number {
  return 'Int' in value ? value.Int : value.Float;
}
