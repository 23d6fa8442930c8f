import { asComparison } from '../../compare/triage/entries.ts';
import type { Entry } from '../../compare/triage/entry.ts';
import { causeLine } from '../cause.ts';
import { inConfiguration, rowLabel } from '../label.ts';
import type { Fold, Part } from '../limit.ts';
import { overviewOf, overviewTable } from '../overview.ts';
import { list, unbroken } from '../table.ts';
import { MARKDOWN } from '../voice.ts';
import { overBudget, plural } from '../wording.ts';
import { kindOf } from './document.ts';
import { changeWords, rowTable } from './rows.ts';
import { commitLine, commitLink, rangeLink, type TriageLinks } from './who.ts';

/** Entries of one section that are shown without unfolding anything. */
const OPEN_ENTRIES = 5;
/** Rows of an entry that are shown without unfolding anything. */
const OPEN_ROWS = 3;
const CAUSES_SHOWN = 3;

const ICONS = {
  regression: '❌',
  improvement: '✅',
  mixed: '❌✅',
  'over budget': '❌',
  inconclusive: '❓',
} as const;

/** A section of entries, the ones behind the first few folded. `rank`: of its rows when there is too little room. */
export function entrySection(
  title: string,
  entries: readonly Entry[],
  several: boolean,
  rank: number,
  links: TriageLinks,
): Part[] {
  if (entries.length === 0) return [];
  const shown = entries.slice(0, OPEN_ENTRIES).flatMap((entry) => entryParts(entry, several, rank, links));
  const rest = entries.slice(OPEN_ENTRIES);
  if (rest.length === 0) return [`### ${title}`, ...shown];
  const lines = list(rest, (entry) => entryLine(entry, several, links), { rank, noun: 'commits are' });
  return [`### ${title}`, ...shown, { kind: 'fold', summary: `${rest.length} more commits`, parts: [lines] }];
}

/** An entry on one line. */
function entryLine(entry: Entry, several: boolean, links: TriageLinks): string {
  const where = inConfiguration(entry.configuration, several, MARKDOWN);
  const rows = entry.rows
    .slice(0, OPEN_ROWS)
    .map((row) => `${rowLabel(row, MARKDOWN)} ${unbroken(changeWords(row))}`);
  const rest = entry.rows.length - rows.length;
  const cases = [...rows, ...(rest > 0 ? [`${rest} more`] : [])].join(', ');
  const over = distanceNote(entry, links).map((note) => `. ${note}`);
  return `${ICONS[kindOf(entry)]} ${commitLine(entry.commit, links)}${where}: ${cases}${over.join('')}`;
}

function entryParts(entry: Entry, several: boolean, rank: number, links: TriageLinks): Part[] {
  const where = inConfiguration(entry.configuration, several, MARKDOWN);
  const heading = `**${ICONS[kindOf(entry)]}** ${commitLine(entry.commit, links)}${where}`;
  const notes = [...distanceNote(entry, links), ...budgetNotes(entry), ...causeNotes(entry)];
  const rest = entry.rows.slice(OPEN_ROWS);
  return [
    [heading, ...notes].join('<br>'),
    rowTable(entry.rows.slice(0, OPEN_ROWS), false, rank),
    ...(rest.length === 0 ? [] : [restFold(entry, rest, rank)]),
  ];
}

function restFold(entry: Entry, rest: Entry['rows'], rank: number): Fold {
  const overview = overviewOf({ comparisons: entry.rows.map(asComparison) });
  return {
    kind: 'fold',
    summary: `All ${entry.rows.length} cases of this commit`,
    parts: [...(overview === null ? [] : [overviewTable(overview)]), rowTable(rest, false, rank + 4)],
  };
}

/** A commit that was compared over several others: what is known about which of them it was. */
function distanceNote({ distance, parent, culprit, commit }: Entry, links: TriageLinks): string[] {
  if (distance <= 1) return [];
  const skipped = `Compared over ${plural(distance, 'commit')}, ${rangeLink(parent, commit.sha, links)}.`;
  if (culprit === null) return [`${skipped} Any of them may have made it.`];
  const note = culprit.note === '' ? '' : ` ${MARKDOWN.sentence(culprit.note)}.`;
  if (culprit.candidates === 1) {
    const { commit: found, until } = culprit;
    const who = found === null ? commitLink(until, links) : commitLine(found, links);
    return [`${skipped} **Made by ${who}.**${note}`];
  }
  const among = rangeLink(culprit.after, culprit.until, links);
  return [`${skipped} It is one of ${plural(culprit.candidates, 'commit')} in ${among}.${note}`];
}

/** The rows' table has no column for it. */
function budgetNotes({ rows }: Entry): string[] {
  const over = rows.filter((row) => row.overBudget);
  const told = over.slice(0, OPEN_ROWS).map((row) => overBudget(asComparison(row), MARKDOWN));
  const rest = over.length - told.length;
  return told.length === 0
    ? []
    : [[...told, ...(rest > 0 ? [`${rest} more are over budget`] : [])].join('; ')];
}

/** What the rows do not tell by themselves. */
function causeNotes({ causes, rows }: Entry): string[] {
  const told = new Set(rows.slice(0, OPEN_ROWS).flatMap(({ why }) => why.map(({ subject }) => subject)));
  const own = causes.filter(({ subject }) => subject === '' || !told.has(subject));
  const lines = own.slice(0, CAUSES_SHOWN).map((cause) => causeLine(cause, null, MARKDOWN));
  const rest = own.length - lines.length;
  const more = rest > 0 ? [`and ${rest} more`] : [];
  return lines.length === 0 ? [] : [`Changed with it: ${[...lines, ...more].join('; ')}`];
}
