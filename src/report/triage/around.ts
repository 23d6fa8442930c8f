import type { Bump, Drift, Hint, Returned, Stopped } from '../../compare/triage/entry.ts';
import { causeMovement } from '../cause.ts';
import { codeSpan } from '../inert.ts';
import { inConfiguration, rowLabel, unitOf } from '../label.ts';
import type { Part } from '../limit.ts';
import { formatChange, formatPair } from '../number.ts';
import { list, table, unbroken } from '../table.ts';
import { MARKDOWN } from '../voice.ts';
import { plural } from '../wording.ts';
import { changeWords } from './rows.ts';
import { commitLine, commitLink, rangeLink, type TriageLinks } from './who.ts';

/** Changes that no single commit shows. */
export function driftSection(drifts: readonly Drift[], several: boolean, links: TriageLinks): Part[] {
  if (drifts.length === 0) return [];
  const line = ({ configuration, row, from, to, steps, largest }: Drift) => {
    const where = inConfiguration(configuration, several, MARKDOWN);
    const most = largest.map(
      ({ commit, change }) => `${commitLink(commit.sha, links)} ${unbroken(formatChange(change))}`,
    );
    const icon = row.verdict === 'regression' ? '❌' : '✅';
    const parts = most.length === 0 ? '' : `; most of it: ${most.join(', ')}`;
    return `${icon} ${rowLabel(row, MARKDOWN)}${where} ${unbroken(changeWords(row))} over ${plural(steps, 'commit')} ${rangeLink(from, to, links)}${parts}`;
  };
  return ['### Drifts that no single commit shows', list(drifts, line, { rank: 1, noun: 'drifts are' })];
}

/** Series that are no longer recorded. */
export function stoppedSection(stopped: readonly Stopped[], several: boolean, links: TriageLinks): Part[] {
  if (stopped.length === 0) return [];
  const line = ({ configuration, case: name, last, missing, reason }: Stopped) => {
    const what =
      name === null
        ? `configuration ${MARKDOWN.name(configuration)}`
        : `${MARKDOWN.name(name)}${inConfiguration(configuration, several, MARKDOWN)}`;
    const why = reason === null || reason.trim() === '' ? '' : `: ${MARKDOWN.sentence(reason)}`;
    return `⚠️ ${what}: last recorded for ${commitLink(last.sha, links)}, missing for ${plural(missing, 'measured commit')}${why}`;
  };
  return ['### Series that stopped', list(stopped, line, { rank: 1, noun: 'series are' })];
}

/** What came and went, one line each, folded. */
export function returnedFold(returned: readonly Returned[], several: boolean, links: TriageLinks): Part[] {
  if (returned.length === 0) return [];
  const line = ({ configuration, change, commit, back, kind, ...row }: Returned) => {
    const where = inConfiguration(configuration, several, MARKDOWN);
    const moved = change === null ? '' : ` ${unbroken(formatChange(change))}`;
    const end = kind === 'noise' ? 'back in the next commit' : 'undone by the next commit';
    return `${rowLabel(row, MARKDOWN)}${where}${moved} in ${commitLink(commit, links)}, ${end} ${commitLink(back, links)}`;
  };
  const noise = returned.filter(({ kind }) => kind === 'noise').length;
  const undone = returned.length - noise;
  const counts = [
    ...(noise > 0 ? [`${plural(noise, 'run time')} that jumped and came back (noise)`] : []),
    ...(undone > 0 ? [`${plural(undone, 'change')} that the next commit undid`] : []),
  ];
  const parts = [list(returned, line, { rank: 7, noun: 'lines are' })];
  return [{ kind: 'fold', summary: counts.join(', '), parts }];
}

const BUMP_TITLES = {
  toolchain: 'toolchain',
  image: 'runner image',
  setting: 'setting',
  dependency: 'dependency',
} as const;

const BUMPS_TITLES = {
  toolchain: 'toolchains',
  image: 'runner images',
  setting: 'settings',
  dependency: 'dependencies',
} as const;

/** What changed around the code: toolchain, image, settings, dependencies. */
export function bumpSection(bumps: readonly Bump[], several: boolean, links: TriageLinks): Part[] {
  if (bumps.length === 0) return [];
  const columns = [{ title: 'Changed' }, { title: 'What' }, { title: 'With' }];
  const cells = (bump: Bump) => [
    `${BUMP_TITLES[bump.kind]}${bump.byCommit ? '' : ' (by the runner)'}${inConfiguration(bump.configuration, several, MARKDOWN)}`,
    bumpWords(bump),
    commitLine(bump.commit, links),
  ];
  const kinds = (['toolchain', 'image', 'setting', 'dependency'] as const).flatMap((kind) => {
    const count = bumps.filter((bump) => bump.kind === kind).length;
    return count === 0 ? [] : [`${count} ${count === 1 ? BUMP_TITLES[kind] : BUMPS_TITLES[kind]}`];
  });
  const parts = [table(columns, bumps, cells, { rank: 6, noun: 'changes are' })];
  return [{ kind: 'fold', summary: `Changed around the code: ${kinds.join(', ')}`, parts }];
}

function bumpWords({ kind, subject, before, after, note }: Bump): string {
  if (kind === 'dependency' && subject !== 'lockfile') {
    const cause = { kind: 'lockfile', subject, before, after, amount: null, note } as const;
    return causeMovement(cause, MARKDOWN);
  }
  const value = (text: string | null) =>
    text === null ? '–' : codeSpan(subject === 'lockfile' ? text.slice(0, 12) : text);
  const moved = before === null && after === null ? '' : `: ${value(before)} → ${value(after)}`;
  return `${MARKDOWN.name(subject)}${moved}${note === '' ? '' : ` (${MARKDOWN.sentence(note)})`}`;
}

/** Level shifts of numbers that depend on the machine. */
export function hintFold(hints: readonly Hint[], several: boolean, links: TriageLinks): Part[] {
  if (hints.length === 0) return [];
  const columns = [
    { title: 'Number' },
    { title: 'Median before', right: true },
    { title: 'Median after', right: true },
    { title: 'Change', right: true },
    { title: 'Since' },
  ];
  const cells = (hint: Hint) => {
    const [before, after] = formatPair(hint.before, hint.after, unitOf(hint.case, hint.metric));
    return [
      `${rowLabel(hint, MARKDOWN)}${inConfiguration(hint.configuration, several, MARKDOWN)}`,
      unbroken(`${before} (${hint.samples[0]})`),
      unbroken(`${after} (${hint.samples[1]})`),
      unbroken(formatChange(hint.change)),
      commitLine(hint.commit, links),
    ];
  };
  return [
    {
      kind: 'fold',
      summary: `${plural(hints.length, 'level shift')} in numbers that depend on the machine: hints, no verdicts`,
      parts: [
        table(columns, hints, cells, { rank: 5, noun: 'shifts are' }),
        '<sub>Medians of the values on the same hardware, their number in brackets. The commit is where the shift shows first; the one that made it may lie near it.</sub>',
      ],
    },
  ];
}
