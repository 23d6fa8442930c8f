import { isSeveral } from './headline.ts';
import { fencedBlock } from './inert.ts';
import { inConfiguration, metricLabel, subjectOf, unitOf } from './label.ts';
import type { Part } from './limit.ts';
import { formatValue } from './number.ts';
import type { Report } from './report.ts';
import { list, table, unbroken } from './table.ts';
import { MARKDOWN } from './voice.ts';
import { plural } from './wording.ts';

const OUTPUT_LINES = 40;
const OUTPUT_CHARACTERS = 6000;

/** What could not be measured: the messages, and the output, folded unless `open`. */
export function failures(report: Report, open: boolean): readonly Part[] {
  const { failed } = report;
  if (failed.length === 0) return [];
  const several = isSeveral(report);
  const titled = (row: Report['failed'][number]) =>
    `**${MARKDOWN.name(row.case)}**${inConfiguration(row.configuration, several, MARKDOWN)}: ${MARKDOWN.sentence(row.message)}`;
  const told = failed.filter(({ output }) => output.trim() !== '');
  const messages = list(failed, titled, { rank: 1, noun: 'failures are' });
  const parts: Part[] = ['**Could not be measured**', messages];
  if (told.length === 0) return parts;
  const outputs: Part = {
    kind: 'rows',
    head: '',
    count: told.length,
    row: (index) =>
      told
        .slice(index, index + 1)
        .map((row) => {
          const block = fencedBlock(row.output, OUTPUT_LINES, OUTPUT_CHARACTERS);
          return failed.length === 1 ? block : `${titled(row)}\n\n${block}\n`;
        })
        .join(''),
    rank: 30,
    noun: 'outputs are',
  };
  return [...parts, open ? outputs : { kind: 'fold', summary: 'Last lines of output', parts: [outputs] }];
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
  const summary = [
    added.length > 0 ? `${plural(added.length, 'case')} added` : '',
    report.removed.length > 0 ? `${plural(report.removed.length, 'case')} removed` : '',
  ];
  return [{ kind: 'fold', summary: summary.filter(Boolean).join(', '), parts }];
}

/** What went oddly in the run, folded. */
export function warnings(report: Report): readonly Part[] {
  if (report.warnings.length === 0) return [];
  const parts = [list(report.warnings, MARKDOWN.sentence, { rank: 5, noun: 'warnings are' })];
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
