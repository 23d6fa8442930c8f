import { blamed } from '../../src/jobs/triage/blame.ts';
import type { TriageDocument } from '../../src/report/triage/document.ts';
import { type Commit, documentOf, historyOf, shaAt, triaged } from './triage-history.ts';

const QUIET = { 'parse/large': [1.001], 'walk/10': [0.999], 'sort/10k': [1] } as const;

function subject(text: string, author: string, pullRequest: number | null = null) {
  return { subject: text, author, pullRequest };
}

/** A week in which everything happened once. Commits 0 to 19 lie before it. */
export const WEEK: readonly Commit[] = [
  ...Array.from(
    { length: 20 },
    (_, number): Commit => ({
      sizes: { rg: 4_834_304, 'rg-lite': 2_101_248 },
      times: QUIET,
      cpuSeconds: 61 + ((number * 7) % 5) / 10,
      ...(number === 12
        ? {
            sizes: { rg: 4_844_544 },
            more: subject('Ship the glob tables', 'Robin Glob', 412),
          }
        : number > 12
          ? { sizes: { rg: 4_844_544 } }
          : {}),
    }),
  ),
  { times: QUIET, cpuSeconds: 61.2, more: subject('Say which file was not searched', 'Kim Reader', 431) },
  {
    sizes: { rg: 4_914_176 },
    times: { ...QUIET, 'parse/large': [1.052, 'regression'] },
    cpuSeconds: 66.9,
    identity: { lockfile: 'b'.repeat(64) },
    more: {
      ...subject('Use the new regex engine for every pattern', 'Sam Author', 433),
      causes: [
        {
          kind: 'lockfile',
          case: null,
          subject: 'regex',
          before: '1.11.1',
          after: '1.12.0',
          amount: null,
          note: '',
        },
        {
          kind: 'crate',
          case: 'size rg',
          subject: 'regex_automata',
          before: null,
          after: null,
          amount: 30_802,
          note: '',
        },
      ],
    },
  },
  { times: QUIET, cpuSeconds: 66.7, more: subject('Fix a typo', 'Kim Reader', 434) },
  {
    times: { ...QUIET, 'walk/10': [1.041, 'regression'] },
    cpuSeconds: 67.1,
    more: subject('Update the manual', 'Alex Docs', 435),
  },
  {
    times: { ...QUIET, 'walk/10': [0.962, 'improvement'] },
    cpuSeconds: 66.8,
    more: subject('Update the manual again', 'Alex Docs', 436),
  },
  { skipped: true },
  { skipped: true },
  {
    sizes: { 'rg-lite': 2_134_016 },
    times: { ...QUIET, 'sort/10k': [0.942, 'improvement'] },
    cpuSeconds: 66.9,
    more: subject('Merge a stack of three', 'Merge Queue', 439),
  },
  {
    sizes: { rg: 4_903_936 },
    times: { ...QUIET, 'sort/10k': [0.96, 'improvement'] },
    cpuSeconds: 66.8,
    identity: { 'toolchain.rustc': 'rustc 1.95.1', 'machine.image': 'ubuntu24 20261108.1' },
    more: subject('Leave out the second glob table', 'Robin Glob', 441),
  },
  ...[1.006, 1.007, 1.006, 1.008].map(
    (ratio, index): Commit => ({
      times: { ...QUIET, 'parse/large': [ratio] },
      cpuSeconds: 66.9 + index / 10,
      more: subject(`Split the parser, part ${index + 1}`, 'Sam Author', 442 + index),
    }),
  ),
];

/** The report of that week, with one regression carried over. */
export function weekly(): TriageDocument {
  const history = historyOf(WEEK);
  const before = triaged({ records: history.records.slice(0, 20), line: history.line.slice(0, 20) }, 5, {
    date: '2026-11-09',
  });
  const result = triaged(history, 19, { items: before.items });
  const document = documentOf(result, history, 19);
  const [first] = document.configurations;
  if (first === undefined) throw new Error('the example has one configuration');
  const entries = first.entries.map((entry) =>
    entry.distance === 1
      ? entry
      : {
          ...entry,
          culprit: {
            case: 'size rg-lite',
            metric: 'loadable-bytes',
            after: shaAt(25),
            until: shaAt(26),
            candidates: 1,
            note: '2 stored programs were weighed',
            commit: {
              sha: shaAt(26),
              subject: 'Read the tables lazily',
              author: 'Lee Search',
              pullRequest: 438,
            },
          },
        },
  );
  const totalRun = { how: 'measured', pairs: 186, minutes: 6.2, reason: null } as const;
  return {
    ...document,
    configurations: [{ ...first, entries, totalRun }],
    items: blamed(document.items, entries),
  };
}
