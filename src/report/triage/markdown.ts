import { asComparison } from '../../compare/triage/entries.ts';
import { fitParts, type Limit, type Part, utf8Length, utf16Length } from '../limit.ts';
import { formatCount } from '../number.ts';
import { overviewOf, overviewTable } from '../overview.ts';
import { list } from '../table.ts';
import { MARKDOWN } from '../voice.ts';
import { plural } from '../wording.ts';
import { bumpSection, driftSection, hintFold, returnedFold, stoppedSection } from './around.ts';
import { countEntries, type EntryKind, kindOf, type TriageDocument } from './document.ts';
import { entrySection } from './entries.ts';
import { carriedSection, humanSection, settledNotes } from './items.ts';
import { rowTable } from './rows.ts';
import { rangeLink, type TriageLinks } from './who.ts';

/** Most UTF-16 units of an issue's body; GitHub refuses more than 65,536. */
export const MAX_ISSUE = 60_000;
/** Most bytes of a job summary; GitHub drops more than 1 MiB. */
const MAX_SUMMARY = 1_000_000;

/** The report's title, without Markdown. */
export function triageTitle({ week }: Pick<TriageDocument, 'week'>): string {
  const [year, number] = week.split('-W');
  return `Performance triage, week ${Number(number)} of ${year}`;
}

/** The report as the body of an issue; it begins with `marker`, one hidden line. */
export function renderTriageIssue(document: TriageDocument, links: TriageLinks, marker: string): string {
  if (!/^<!--(?:(?!-->)[^\n\r])*-->$/.test(marker)) throw new Error('the marker is not one hidden line');
  const max = MAX_ISSUE - utf16Length(marker) - 1;
  return `${marker}\n${fitParts(parts(document, links), limitOf(max, utf16Length, links))}\n`;
}

/** The report as the job's summary, or as a file that stands alone. */
export function renderTriage(document: TriageDocument, links: TriageLinks): string {
  const body = [`## ${triageTitle(document)}`, ...parts(document, links)];
  return `${fitParts(body, limitOf(MAX_SUMMARY, utf8Length, links))}\n`;
}

function limitOf(max: number, measure: Limit['measure'], { runUrl }: TriageLinks): Limit {
  const plain = runUrl !== null && /^https?:\/\/[\w.:/~%-]+$/.test(runUrl);
  const summary = plain ? `[the job's summary](${runUrl}) and in ` : '';
  return { max, measure, elsewhere: `in ${summary}\`triage.json\`` };
}

function parts(document: TriageDocument, links: TriageLinks): Part[] {
  const { configurations } = document;
  const several = configurations.length > 1;
  const entries = configurations.flatMap((each) => each.entries);
  const of = (kind: EntryKind) => entries.filter((entry) => kindOf(entry) === kind);
  return [
    head(document, links),
    ...total(document, several),
    ...entrySection('Regressions', of('regression'), several, 0, links),
    ...entrySection('Mixed', of('mixed'), several, 0, links),
    ...entrySection('Over budget', of('over budget'), several, 0, links),
    ...driftSection(
      configurations.flatMap((each) => each.drifts),
      several,
      links,
    ),
    ...stoppedSection(
      configurations.flatMap((each) => each.stopped),
      several,
      links,
    ),
    ...entrySection('Improvements', of('improvement'), several, 3, links),
    ...entrySection('Undecided', of('inconclusive'), several, 4, links),
    ...carriedSection(document, several, links),
    ...settledNotes(document, links),
    ...returnedFold(
      configurations.flatMap((each) => each.returned),
      several,
      links,
    ),
    ...hintFold(
      configurations.flatMap((each) => each.hints),
      several,
      links,
    ),
    ...bumpSection(
      configurations.flatMap((each) => each.bumps),
      several,
      links,
    ),
    ...warningSection(document),
    ...humanSection(document, several, links),
  ];
}

function head(document: TriageDocument, links: TriageLinks): string {
  const { since, until, commits, compared, needsHuman } = document;
  const range = since === null ? `up to \`${until.slice(0, 10)}\`` : rangeLink(since, until, links);
  return [
    `**${countWords(document)}**; ${formatCount(compared)} of ${plural(commits, 'commit')} compared, ${range}.`,
    `**Needs a human: ${needsHuman}**`,
  ].join('<br>');
}

/** "2 regressions, 1 improvement, 0 mixed". */
export function countWords(document: TriageDocument): string {
  const { regressions, improvements, mixed, overBudget, undecided } = countEntries(document);
  const words = [plural(regressions, 'regression'), plural(improvements, 'improvement'), `${mixed} mixed`];
  const more = [
    ...(overBudget > 0 ? [`${overBudget} over budget`] : []),
    ...(undecided > 0 ? [`${undecided} undecided`] : []),
  ];
  return [...words, ...more].join(', ');
}

/** The whole range as one comparison: the five-row table, and the cases behind it. */
function total({ configurations }: TriageDocument, several: boolean): Part[] {
  const rows = configurations.flatMap((each) => each.total);
  const overview = overviewOf({ comparisons: rows.map(asComparison) });
  const how = configurations.flatMap((each) => howWords(each.totalRun) ?? []);
  const sub = how.length === 0 ? [] : [`<sub>${[...new Set(how)].join('<br>')}</sub>`];
  if (overview === null)
    return rows.length === 0 && configurations.some(({ last }) => last !== null)
      ? [`Over the whole range nothing changed.`, ...sub]
      : sub;
  return [
    '**Over the whole range:**',
    overviewTable(overview),
    ...sub,
    {
      kind: 'fold',
      summary: `${plural(rows.length, 'case')} changed over the whole range`,
      parts: [rowTable(rows, several, 5)],
    },
  ];
}

function howWords({
  how,
  pairs,
  minutes,
  reason,
}: TriageDocument['configurations'][number]['totalRun']): string | null {
  if (how === 'measured' && reason !== null)
    return `Run times were not timed over the range: ${MARKDOWN.sentence(reason)}.`;
  if (how === 'measured') {
    return `Run times: the first and the last programs of the range were run against each other, ${formatCount(pairs)} pairs in ${minutes.toFixed(1)} minutes.`;
  }
  if (how === 'none') return null;
  const why = reason === null ? '' : `: ${MARKDOWN.sentence(reason)}`;
  return `Run times are added up from each commit's own ratio, not measured over the range${why}.`;
}

function warningSection({ warnings }: TriageDocument): Part[] {
  if (warnings.length === 0) return [];
  const rows = list(warnings, (warning) => MARKDOWN.sentence(warning), { rank: 2, noun: 'warnings are' });
  return ['### ⚠️ Warnings', rows];
}
