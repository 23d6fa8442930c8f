import type { Identity } from '../measure/measurement.ts';
import { AXES } from '../measure/metric.ts';
import { benchFacts } from './bench-run.ts';
import { configurationsOf, isSeveral } from './headline.ts';
import { codeElement } from './inert.ts';
import { knownAxis } from './label.ts';
import type { Part } from './limit.ts';
import { formatThreshold } from './number.ts';
import { AXIS_TITLES } from './overview.ts';
import type { Report, ReportBase } from './report.ts';
import { table } from './table.ts';
import { MARKDOWN } from './voice.ts';
import { identityValue, plural } from './wording.ts';

/** Where the report's links point; without them names stand alone. */
export interface Links {
  /** Full SHA of the pull request's own head, which the report belongs to. */
  readonly headSha: string;
  /** `https://host/owner/name`. */
  readonly repositoryUrl?: string | undefined;
}

/** "How it was measured": commits, baseline, toolchain, profile, machine, thresholds; folded. */
export function howMeasured(report: Report, links: Links): Part {
  const several = isSeveral(report);
  const parts = configurationsOf(report).flatMap((configuration, index) =>
    configurationParts(report, configuration, links, several, index),
  );
  return {
    kind: 'fold',
    summary: `How it was measured: ${shortly(report, links)}`,
    parts: [...parts, `Measured and judged by Tare ${MARKDOWN.name(report.tare)}.`],
  };
}

/** A commit as a link where the repository is known. */
export function commitLink(sha: string, { repositoryUrl }: Links): string {
  const short = `\`${sha.slice(0, 10)}\``;
  if (repositoryUrl === undefined || !PLAIN_URL.test(repositoryUrl)) return short;
  return `[${short}](${repositoryUrl}/commit/${sha})`;
}

const PLAIN_URL = /^https?:\/\/[\w.:/~%-]+$/;

function shortly(report: Report, { headSha }: Links): string {
  const base = report.base === null ? 'no baseline' : codeElement(report.base.sha.slice(0, 10));
  const toolchain = report.identity.head['toolchain.rustc'];
  const against = `${codeElement(headSha.slice(0, 10))} against ${base}`;
  return toolchain === undefined ? against : `${against}, ${codeElement(shortVersion(toolchain))}`;
}

/** `rustc 1.95.0 (hash date)` without what is in brackets. */
function shortVersion(version: string): string {
  const first = version.split('\n', 1)[0] ?? '';
  return first.replace(/\s*\(.*$/, '').slice(0, 40);
}

type ConfigurationOf = Report['others'][number];

function configurationParts(
  report: Report,
  configuration: ConfigurationOf,
  links: Links,
  several: boolean,
  index: number,
): readonly Part[] {
  const { identity } = configuration;
  const title = several ? [`**Configuration ${MARKDOWN.name(configuration.configuration)}**`] : [];
  const facts: (readonly [string, string])[] = [
    ['Head', headText(report, links)],
    ['Base', configuration.base === null ? 'none' : baseText(configuration.base, links)],
    ...identityFacts(identity.head),
    ['Thresholds', thresholds(report, configuration.configuration)],
    ...benchFacts(configuration.bench, MARKDOWN),
  ];
  const options = { rank: 6 + index, noun: 'facts are' };
  const columns = [{ title: 'Measured' }, { title: 'with' }];
  const measured = table(
    columns,
    facts.filter(([, text]) => text !== ''),
    (fact) => fact,
    options,
  );
  return [...title, measured, ...changedFields(identity.changed, index)];
}

function headText({ head }: Report, links: Links): string {
  const own = commitLink(links.headSha, links);
  return head.sha === links.headSha ? own : `${own}, merged with the base as ${commitLink(head.sha, links)}`;
}

const SOURCES = {
  cache: 'from the cache',
  directory: 'from the baseline directory',
  rebuilt: 'built again in this job',
} as const;

function baseText(base: ReportBase, links: Links): string {
  const distance =
    base.distance === 0
      ? ''
      : `, ${plural(base.distance, 'commit')} before the wanted base, which has no baseline`;
  return `${commitLink(base.sha, links)}, ${SOURCES[base.source]}${distance}`;
}

/** What the fields of an identity are called, in order; a prefix stands for its whole group. */
const GROUPS = [
  ['Toolchain', 'toolchain.'],
  ['Target', 'target'],
  ['Profile', 'profile.'],
  ['Flags', 'flags.'],
  ['Linker', 'linker'],
  ['Features', 'features'],
  ['Lockfile', 'lockfile'],
  ['Machine', 'machine.'],
  ['Jobs', 'jobs'],
] as const;
const FIELDS_SHOWN = 40;

function identityFacts(identity: Identity): readonly (readonly [string, string])[] {
  const fields = Object.entries(identity);
  const isIn = (prefix: string, field: string) =>
    prefix.endsWith('.') ? field.startsWith(prefix) : field === prefix;
  const known = GROUPS.map(
    ([title, prefix]) =>
      [
        title,
        groupText(
          prefix,
          fields.filter(([field]) => isIn(prefix, field)),
        ),
      ] as const,
  );
  const rest = fields.filter(([field]) => !GROUPS.some(([, prefix]) => isIn(prefix, field)));
  return [...known, ['Other', groupText('', rest)]];
}

/** A group on one line: `lto = "fat"`, `codegen-units = 1`; the name of a profile or toolchain first. */
function groupText(prefix: string, fields: readonly (readonly [string, string])[]): string {
  if (prefix === 'lockfile')
    return fields.map(([, value]) => MARKDOWN.name(identityValue('lockfile', value))).join('');
  const name = `${prefix}name`;
  const ordered = [...fields].sort(([a], [b]) => Number(b === name) - Number(a === name));
  const shown = ordered.slice(0, FIELDS_SHOWN).map(([field, value]) => {
    const own = field.slice(prefix.length);
    const bare = own === '' || field === name || prefix === 'toolchain.' || prefix === 'machine.';
    return MARKDOWN.name(bare && own !== 'cores' ? value : `${own} = ${value}`);
  });
  const rest = fields.length - FIELDS_SHOWN;
  return [...shown, ...(rest > 0 ? [`and ${rest} more`] : [])].join(', ');
}

function thresholds(report: Report, configuration: string): string {
  return AXES.flatMap((axis) => {
    const rows = report.comparisons.filter(
      (row) => row.headline && row.configuration === configuration && knownAxis(row.case) === axis,
    );
    if (rows.length === 0) return [];
    const values = rows.map((row) => row.threshold).sort((a, b) => a - b);
    const [low, high] = [formatThreshold(values[0] ?? 0), formatThreshold(values.at(-1) ?? 0)];
    return [`${AXIS_TITLES[axis].toLowerCase()} ${low === high ? low : `${low} to ${high}`}`];
  }).join(', ');
}

function changedFields(changed: ConfigurationOf['identity']['changed'], index: number): readonly Part[] {
  if (changed.length === 0) return [];
  const columns = [{ title: 'Differs between the two builds' }, { title: 'Base' }, { title: 'Head' }];
  const value = (field: string, text: string | null) => {
    if (text === null) return '–';
    return MARKDOWN.name(identityValue(field, text));
  };
  const cells = (row: (typeof changed)[number]) => [
    MARKDOWN.name(row.field),
    value(row.field, row.before),
    value(row.field, row.after),
  ];
  return [table(columns, changed, cells, { rank: 4 + index, noun: 'fields differ too; they are' })];
}
