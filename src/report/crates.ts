import { NOTHING } from './cells.ts';
import { isSeveral } from './headline.ts';
import { inConfiguration } from './label.ts';
import type { Part } from './limit.ts';
import { formatChange, formatDelta, formatPair, formatValue } from './number.ts';
import type { Report } from './report.ts';
import { table, unbroken } from './table.ts';
import { MARKDOWN } from './voice.ts';
import { plural } from './wording.ts';

type Crate = Report['crates'][number];

const COLUMNS = [
  { title: 'Crate' },
  { title: 'Before', right: true },
  { title: 'After', right: true },
  { title: 'Change', right: true },
  { title: '', right: true },
];

/** CPU time of each of the workspace's own crates, the largest change first; folded. */
export function crateFold(report: Report): readonly Part[] {
  const { crates } = report;
  if (crates.length === 0) return [];
  const named = crates.filter(({ name }) => name !== null).length;
  const several = isSeveral(report);
  const rows = table(COLUMNS, crates, (crate) => cells(crate, several), { rank: 19, noun: 'crates are' });
  return [{ kind: 'fold', summary: `Compile CPU time of ${plural(named, 'own crate')}`, parts: [rows] }];
}

function cells({ configuration, name, before, after }: Crate, several: boolean): readonly string[] {
  const label = name === null ? '*build scripts and the build tool*' : MARKDOWN.name(name);
  const title = `${label}${inConfiguration(configuration, several, MARKDOWN)}`;
  if (before === null || after === null) {
    const shown = (value: number | null) => (value === null ? NOTHING : unbroken(formatValue(value, 's')));
    return [title, shown(before), shown(after), before === null ? 'new' : 'gone', ''];
  }
  const [shownBefore, shownAfter] = formatPair(before, after, 's').map(unbroken);
  const percent = before === 0 ? '' : unbroken(formatChange((after - before) / before));
  return [title, shownBefore ?? '', shownAfter ?? '', unbroken(formatDelta(after - before, 's')), percent];
}
