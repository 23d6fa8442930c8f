import { causeDetail } from './cause.ts';
import { isSeveral } from './headline.ts';
import { fencedBlock } from './inert.ts';
import { inConfiguration, metricLabel, subjectOf, unitOf } from './label.ts';
import type { Part } from './limit.ts';
import { formatValue } from './number.ts';
import { isUnrecorded } from './record.ts';
import { likelyRenames, type Rename } from './renames.ts';
import type { Report } from './report.ts';
import { list, table, unbroken } from './table.ts';
import { MARKDOWN } from './voice.ts';
import { plural } from './wording.ts';

const OUTPUT_LINES = 40;
const OUTPUT_CHARACTERS = 6000;

/** Failures that stand open; the others are folded with the output. */
const OPEN_FAILURES = 5;

/** What could not be measured: the messages, and the output, folded unless `open`. */
export function failures(report: Report, open: boolean): readonly Part[] {
  const { failed } = report;
  if (failed.length === 0) return [];
  const titled = failureLine(isSeveral(report));
  const messages = (rows: Report['failed']) => list(rows, titled, { rank: 1, noun: 'failures are' });
  const more = failed.slice(OPEN_FAILURES);
  const outputs = outputsOf(failed, titled);
  const first = ['**Could not be measured**', messages(failed.slice(0, OPEN_FAILURES))];
  const folded = [...(more.length > 0 ? [messages(more)] : []), ...outputs];
  if (folded.length === 0 || open) return [...first, ...folded];
  const summary = [
    more.length > 0 ? plural(more.length, 'more failure') : '',
    outputs.length > 0 ? 'last lines of output' : '',
  ].filter((text) => text !== '');
  return [...first, { kind: 'fold', summary: capital(summary.join(', ')), parts: folded }];
}

type Failed = Report['failed'][number];

function failureLine(several: boolean): (row: Failed) => string {
  return (row) =>
    `**${MARKDOWN.name(row.case)}**${inConfiguration(row.configuration, several, MARKDOWN)}: ${MARKDOWN.sentence(row.message)}`;
}

function outputsOf(failed: readonly Failed[], titled: (row: Failed) => string): readonly Part[] {
  const told = failed.filter(({ output }) => output.trim() !== '');
  if (told.length === 0) return [];
  const row = (index: number) => {
    const one = told[index];
    if (one === undefined) return '';
    const block = fencedBlock(one.output, OUTPUT_LINES, OUTPUT_CHARACTERS);
    return failed.length === 1 ? block : `${titled(one)}\n\n${block}\n`;
  };
  return [{ kind: 'rows', head: '', count: told.length, row, rank: 30, noun: 'outputs are' }];
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

/** Cases that only one side has, folded. */
export function addedAndRemoved(report: Report): readonly Part[] {
  const added = report.base === null && report.others.every(({ base }) => base === null) ? [] : report.added;
  if (added.length + report.removed.length === 0) return [];
  const parts: Part[] = [];
  if (added.length > 0) parts.push('**Added**', caseTable(added, isSeveral(report), 20));
  if (report.removed.length > 0) {
    parts.push('**Removed**', caseTable(report.removed, isSeveral(report), 21));
  }
  const renames = likelyRenames({ ...report, added });
  const renamed = ({ configuration, before, after }: Rename) =>
    `${MARKDOWN.name(subjectOf(before))} → ${MARKDOWN.name(subjectOf(after))}${inConfiguration(configuration, isSeveral(report), MARKDOWN)}`;
  if (renames.length > 0) {
    parts.push(
      '**Perhaps only renamed** (not compared)',
      list(renames, renamed, { rank: 22, noun: 'pairs are' }),
    );
  }
  const summary = [
    added.length > 0 ? `${plural(added.length, 'case')} added` : '',
    report.removed.length > 0 ? `${plural(report.removed.length, 'case')} removed` : '',
    renames.length > 0 ? `perhaps ${renames.length} only renamed` : '',
  ];
  return [{ kind: 'fold', summary: summary.filter(Boolean).join(', '), parts }];
}

/** What changed in how the programs are built, with all that is known of each; folded. */
export function changes(report: Report): readonly Part[] {
  const { causes } = report;
  if (causes.length === 0) return [];
  const packages = causes.filter(({ kind }) => kind === 'lockfile').length;
  const settings = causes.length - packages;
  const summary = [
    settings > 0 ? plural(settings, 'setting') : '',
    packages > 0 ? plural(packages, 'package') : '',
  ];
  const line = (cause: Report['causes'][number]) =>
    `${causeDetail(cause, MARKDOWN)}${inConfiguration(cause.configuration, isSeveral(report), MARKDOWN)}`;
  const parts = [list(causes, line, { rank: 7, noun: 'changes are' })];
  return [{ kind: 'fold', summary: `Changed in the build: ${summary.filter(Boolean).join(', ')}`, parts }];
}

/** What went oddly in the run, folded unless it says why there is no new baseline. */
export function warnings(report: Report): readonly Part[] {
  if (report.warnings.length === 0) return [];
  const parts = [list(report.warnings, MARKDOWN.sentence, { rank: 5, noun: 'warnings are' })];
  if (isUnrecorded(report)) return ['**Warnings**', ...parts];
  return [{ kind: 'fold', summary: plural(report.warnings.length, 'warning'), parts }];
}

/** The head's own numbers, where there is nothing to compare them with. */
export function ownNumbers(report: Report): readonly Part[] {
  const bases = [report, ...report.others];
  const alone = new Set(bases.filter(({ base }) => base === null).map(({ configuration }) => configuration));
  const rows = report.added.filter(({ configuration }) => alone.has(configuration));
  return rows.length === 0 ? [] : [caseTable(rows, isSeveral(report), 2)];
}

/** One line per case with all its values. */
function caseTable(rows: Report['added'], several: boolean, rank: number): Part {
  const columns = [{ title: 'Case' }, { title: 'Numbers' }];
  return table(
    columns,
    rows,
    (row) => [
      `${MARKDOWN.name(row.case.startsWith('compile ') ? row.case : subjectOf(row.case))}${inConfiguration(row.configuration, several, MARKDOWN)}`,
      valuesOf(row),
    ],
    { rank, noun: 'cases are' },
  );
}

const VALUES_SHOWN = 8;

function valuesOf(row: Report['added'][number]): string {
  const shown = row.values
    .filter(({ value }) => value !== 0)
    .slice(0, VALUES_SHOWN)
    .map(
      ({ metric, value }) =>
        `${metricLabel(row.case, metric, MARKDOWN)} ${unbroken(formatValue(value, unitOf(row.case, metric)))}`,
    );
  return shown.join(', ');
}
