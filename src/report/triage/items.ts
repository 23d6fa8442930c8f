import { type Item, type ItemRow, isOpen, type Settled, stateOf } from '../../compare/triage/item.ts';
import { acceptLine } from '../accepted.ts';
import { codeSpan } from '../inert.ts';
import { inConfiguration, rowLabel } from '../label.ts';
import type { Part } from '../limit.ts';
import { formatAgainst, formatDelta } from '../number.ts';
import { list, table, unbroken } from '../table.ts';
import { MARKDOWN, type Voice } from '../voice.ts';
import { plural } from '../wording.ts';
import type { TriageDocument } from './document.ts';
import { authorOf, commitLine, commitLink, rangeLink, type TriageLinks } from './who.ts';

const ROWS_SHOWN = 3;

/** What earlier reports left open, with its state now. */
export function carriedSection(document: TriageDocument, several: boolean, links: TriageLinks): Part[] {
  const carried = document.items.filter(({ opened }) => opened < document.date);
  if (carried.length === 0) return [];
  const columns = [{ title: 'State' }, { title: 'What' }, { title: 'Commit' }, { title: 'Open since' }];
  const ordered = [...carried].sort((a, b) => Number(isOpen(b)) - Number(isOpen(a)));
  const cells = (item: Item) => [
    stateWords(stateOf(item), links),
    `${itemWords(item, MARKDOWN)}${inConfiguration(item.configuration, several, MARKDOWN)}`,
    blameLine(item, links),
    unbroken(item.opened),
  ];
  return ['### From earlier weeks', table(columns, ordered, cells, { rank: 2, noun: 'items are' })];
}

/** What became of this report's own entries already. */
export function settledNotes(document: TriageDocument, links: TriageLinks): Part[] {
  const settled = document.items.filter((item) => item.opened === document.date && !isOpen(item));
  if (settled.length === 0) return [];
  const line = (item: Item) =>
    `${itemWords(item, MARKDOWN)} (${blameLink(item, links)}): ${stateWords(stateOf(item), links)}`;
  return ['### Settled within the range', list(settled, line, { rank: 3, noun: 'items are' })];
}

/** Who has to decide what, at the end. */
export function humanSection(document: TriageDocument, several: boolean, links: TriageLinks): Part[] {
  const open = document.items.filter(isOpen);
  const stopped = document.configurations.flatMap((each) => each.stopped);
  if (document.needsHuman === 0) return ['**Needs a human: 0.** Nothing is open.'];
  const items = open.map((item) => {
    const author = authorOf({ author: blamedAuthor(item) }, MARKDOWN);
    const where = inConfiguration(item.configuration, several, MARKDOWN);
    return `${itemWords(item, MARKDOWN)}${where}, ${blameLink(item, links)}${author === '' ? '' : ` by ${author}`}`;
  });
  const series = stopped.map(
    (each) => `${MARKDOWN.name(each.case ?? each.configuration)} is no longer recorded`,
  );
  return [
    `### Needs a human: ${document.needsHuman}`,
    list([...items, ...series], (line) => line, { rank: 1, noun: 'items are' }),
    ...how(open),
  ];
}

/** What to do about the first open row, as an example for all. */
function how([first]: readonly Item[]): string[] {
  const row = first?.rows.find(({ state }) => state === 'open');
  if (row === undefined) return [];
  const line = codeSpan(acceptLine(row.case));
  return [
    `<sub>Fix it, or accept it: a line such as ${line} at the end of a commit message on main settles it in the next report.</sub>`,
  ];
}

/** The commit that made it, as far as that is known; with several that may have, those and nobody's name. */
function blameLine(item: Item, links: TriageLinks): string {
  const { commit, culprit } = item;
  if (culprit === undefined) return commitLine(commit, links);
  return culprit.candidates === 1 && culprit.commit !== null
    ? commitLine(culprit.commit, links)
    : blameLink(item, links);
}

function blameLink({ commit, culprit }: Item, links: TriageLinks): string {
  if (culprit === undefined) return commitLink(commit.sha, links);
  const { candidates, after, until } = culprit;
  if (candidates === 1) return commitLink(until, links);
  return `one of ${plural(candidates, 'commit')} in ${rangeLink(after, until, links)}`;
}

function blamedAuthor({ commit, culprit }: Item): string {
  if (culprit === undefined) return commit.author;
  return culprit.candidates === 1 ? (culprit.commit?.author ?? '') : '';
}

/** "`rg` loadable size +10.00 KiB (+2.3 %)", of a few rows. */
export function itemWords({ kind, rows }: Item, voice: Voice): string {
  const shown = rows.slice(0, ROWS_SHOWN).map((row) => `${rowLabel(row, voice)} ${amount(row, voice)}`);
  const rest = rows.length - shown.length;
  const more = rest > 0 ? [`${rest} more`] : [];
  return `${kind === 'drift' ? 'drift: ' : ''}${[...shown, ...more].join(', ')}`;
}

function amount({ before, after, change, unit, threshold }: ItemRow, voice: Voice): string {
  const percent = change === null ? '' : formatAgainst(change, threshold).change;
  if (before === null || after === null || unit === 's') return voice.number(percent);
  const delta = formatDelta(after - before, unit);
  return voice.number(percent === '' ? delta : `${delta} (${percent})`);
}

function stateWords({ state, commit, by, reason }: Settled, links: TriageLinks): string {
  const at = commit === null ? '' : ` ${commitLink(commit, links)}`;
  switch (state) {
    case 'open':
      return '❌ **open**';
    case 'justified': {
      const who = by === null || by.trim() === '' ? '' : ` by ${MARKDOWN.sentence(by)}`;
      return `✅ justified${who}${reason === null || reason.trim() === '' ? '' : `: ${MARKDOWN.sentence(reason)}`}`;
    }
    case 'fixed':
      return `✅ fixed by${at}`;
    case 'recovered':
      return `✅ recovered${at === '' ? '' : ` since${at}`}`;
    case 'noise':
      return `➖ noise: back in${at}`;
  }
}
