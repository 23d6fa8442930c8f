import { asComparison } from '../../compare/triage/entries.ts';
import type { Culprit, Entry, TriageRow } from '../../compare/triage/entry.ts';
import { type Item, isOpen } from '../../compare/triage/item.ts';
import { PLAIN } from '../voice.ts';
import { movement, overBudget, plural } from '../wording.ts';
import { kindOf, type TriageDocument } from './document.ts';
import { itemWords } from './items.ts';
import { countWords, triageTitle } from './markdown.ts';

/** The report for a terminal: what moved, which commit moved it, what is open. Ends in a line end. */
export function renderTriagePlain(document: TriageDocument): string {
  const { since, until, commits, compared, configurations, items, warnings, needsHuman } = document;
  const range =
    since === null ? `up to ${until.slice(0, 10)}` : `${since.slice(0, 10)}..${until.slice(0, 10)}`;
  const entries = configurations.flatMap((each) => each.entries);
  const open = items.filter(isOpen);
  const lines = [
    `${triageTitle(document)}: ${countWords(document)}; ${compared} of ${plural(commits, 'commit')} compared, ${range}`,
    ...entries.flatMap(entryLines),
    ...configurations.flatMap(({ drifts }) =>
      drifts.map(
        ({ row, steps }) => `  drift over ${plural(steps, 'commit')}: ${movement(asComparison(row), PLAIN)}`,
      ),
    ),
    ...configurations.flatMap(({ stopped }) =>
      stopped.map((each) => `  no longer recorded: ${PLAIN.name(each.case ?? each.configuration)}`),
    ),
    ...warnings.map((warning) => `  warning: ${PLAIN.sentence(warning)}`),
    `Needs a human: ${needsHuman}`,
    ...open.map((item) => `  ${itemWords(item, PLAIN)} (${blameWords(item)}, open since ${item.opened})`),
  ];
  return `${lines.join('\n')}\n`;
}

function blameWords({ commit, culprit }: Item): string {
  if (culprit === undefined) return commit.sha.slice(0, 10);
  const { candidates, after, until } = culprit;
  if (candidates === 1) return until.slice(0, 10);
  return `one of ${plural(candidates, 'commit')} in ${after.slice(0, 10)}..${until.slice(0, 10)}`;
}

/** "1a2b3c4d5e Use a table, A Person". */
function madeBy({ until, commit }: Culprit): string {
  const { subject = '', author = '' } = commit ?? {};
  const who = author.trim() === '' ? '' : `, ${PLAIN.sentence(author)}`;
  return `${until.slice(0, 10)}${subject.trim() === '' ? '' : ` ${PLAIN.sentence(subject)}`}${who}`;
}

const ROWS_SHOWN = 3;

function entryLines(entry: Entry): string[] {
  const { commit, rows, distance, culprit } = entry;
  const kind = kindOf(entry);
  const author = commit.author.trim() === '' ? '' : `, ${PLAIN.sentence(commit.author)}`;
  const over = distance > 1 ? ` (over ${plural(distance, 'commit')})` : '';
  const found = culprit?.candidates === 1 ? [`    made by ${madeBy(culprit)}`] : [];
  const rest = rows.length - ROWS_SHOWN;
  return [
    `  ${kind === 'inconclusive' ? 'undecided' : kind}: ${commit.sha.slice(0, 10)} ${PLAIN.sentence(commit.subject)}${author}${over}`,
    ...rows.slice(0, ROWS_SHOWN).map((row) => `    ${rowWords(row)}`),
    ...(rest > 0 ? [`    and ${rest} more`] : []),
    ...found,
  ];
}

function rowWords(row: TriageRow): string {
  const comparison = asComparison(row);
  return row.overBudget && !row.relevant ? overBudget(comparison, PLAIN) : movement(comparison, PLAIN);
}
