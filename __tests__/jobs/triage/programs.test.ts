import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { seriesOf } from '../../../src/jobs/base.ts';
import { storeProgram } from '../../../src/jobs/programs.ts';
import type { TriagePorts } from '../../../src/jobs/triage/ports.ts';
import { triage } from '../../../src/jobs/triage.ts';
import type { HistoryRecord } from '../../../src/measure/history-record.ts';
import { triageSchema } from '../../../src/report/triage/document.ts';
import { createHistoryDirectory } from '../../../src/store/history/directory.ts';
import { git } from '../../support/git.ts';
import { type JobWorld, makeWorld } from '../world.ts';

const TOML = `
[baseline]
rebuild = false
[benches]
layouts = false
instructions = "off"
[triage]
minutes = 6
[[bench]]
name = "spin"
run = "{bin:tiny}"
`;

/** Turns of the program's loop at each commit: the fourth takes three times the time of those before it. */
const TURNS = [6000, 6000, 6000, 18_000, 18_000, 18_000];

interface Stored extends JobWorld {
  readonly commits: readonly string[];
  readonly triagePorts: TriagePorts;
}

/** Main with a commit for each program; those of `stored` are in the baselines. */
async function world(stored: readonly number[], allTurns: readonly number[] = TURNS): Promise<Stored> {
  const made = await makeWorld(TOML, () => {});
  const { root, config } = made.request;
  const commits: string[] = [];
  for (const turns of allTurns) {
    await git(root, 'commit', '-q', '--allow-empty', '-m', `Turn ${turns} times`);
    commits.push(await git(root, 'rev-parse', 'HEAD'));
  }
  const [configuration] = config.configurations;
  const [toolchain] = made.ports.toolchains;
  if (configuration === undefined || toolchain === undefined) throw new Error('the world has one of each');
  const base = { ...made.request, configuration, toolchain };
  for (const index of stored) {
    const directory = join(made.store, `draft-${index}`);
    const path = join(made.store, `program-${index}`);
    await mkdir(directory, { recursive: true });
    await writeFile(path, `#!/bin/sh\ni=0\nwhile [ $i -lt ${allTurns[index]} ]; do i=$((i+1)); done\n`);
    const program = { name: 'tiny', kind: 'bin', file: 'bin/tiny', path } as const;
    const outcome = await made.ports.store.save({
      series: seriesOf(base, made.ports),
      measurement: {
        schema: 1,
        tare: '0.1.0',
        commit: commits[index] ?? '',
        configuration: 'default',
        recorded: '2026-11-19T10:00:00Z',
        identity: {},
        packages: [],
        values: [],
        programs: [await storeProgram(program, directory, made.ports.runner)],
        benches: [],
        layouts: [],
        attributions: [],
        warnings: [],
      },
      history: [],
      directory,
    });
    expect(outcome).toMatchObject({ saved: true });
  }
  const history = createHistoryDirectory({ directory: join(made.store, 'history') });
  const record = (index: number, more: Partial<HistoryRecord>): HistoryRecord => ({
    schema: 1,
    tare: '0.1.0',
    commit: commits[index] ?? '',
    configuration: 'default',
    run: `${index}`,
    recorded: '2026-11-19T10:00:00Z',
    committed: `2026-11-19T0${index}:00:00Z`,
    subject: `Turn ${TURNS[index]} times`,
    author: 'A Person',
    pullRequest: null,
    parent: null,
    distance: null,
    identity: {},
    values: [],
    ratios: [],
    causes: [],
    accepted: [],
    failed: [],
    ...more,
  });
  const ratio = { case: 'bench spin', metric: 'wall-time', pairs: 40, verdict: 'regression' } as const;
  await history.append([
    record(0, {}),
    record(5, {
      parent: commits[0] ?? '',
      distance: 5,
      ratios: [{ ...ratio, ratio: 2.6, ci: [2.5, 2.7] }],
    }),
  ]);
  const triagePorts: TriagePorts = {
    ...made.ports,
    history,
    triagePresenter: { present: async () => {}, announce: async () => {} },
    triageLinks: { repositoryUrl: null, runUrl: null },
    ancestry: async (sha, limit) => (await made.ports.git.firstParents(sha, limit - 1)).commits,
  };
  return { ...made, commits, triagePorts };
}

async function report({ request, commits, triagePorts }: Stored) {
  const head = commits[5] ?? '';
  const document = await triage({ ...request, notes: [], head, since: commits[0] ?? '' }, triagePorts);
  const [part] = triageSchema.parse(document).configurations;
  if (part === undefined) throw new Error('no configuration');
  return { ...part, items: document.items };
}

test('the first and the last programs are run against each other, and the stored ones between name the commit', async () => {
  const stored = await world([0, 2, 3, 5]);
  const part = await report(stored);
  expect(part.totalRun).toMatchObject({ how: 'measured', reason: null });
  expect(part.totalRun.pairs).toBeGreaterThanOrEqual(12);
  const [row] = part.total;
  expect(row).toMatchObject({ case: 'bench spin', tier: 'paired', verdict: 'regression' });
  // Measured here, and not what the records add up to.
  expect(row?.change).not.toBe(1.6);
  expect(row?.after ?? 0).toBeGreaterThan(row?.before ?? 0);
  expect(part.entries[0]?.culprit).toMatchObject({
    case: 'bench spin',
    after: stored.commits[2],
    until: stored.commits[3],
    candidates: 1,
    note: expect.stringMatching(/^programs of 2 commits between were weighed$/),
  });
  // Not the range's last commit and its author.
  const told = { sha: stored.commits[3], subject: 'Turn 18000 times', author: 'A Person', pullRequest: null };
  expect(part.items).toMatchObject([
    { commit: { sha: stored.commits[5] }, culprit: { candidates: 1, commit: told } },
  ]);
});

test('programs that are the same are not run, and have not moved over the range', async () => {
  const part = await report(await world([0, 5], TURNS.with(5, 6000)));
  const reason = 'the first and the last programs of the range are the same';
  expect(part.totalRun).toEqual({ how: 'measured', pairs: 0, minutes: 0, reason });
  expect(part.total).toEqual([]);
});

test('what is no longer stored, and may not be built, is said', async () => {
  const stored = await world([5]);
  const part = await report(stored);
  expect(part.totalRun).toEqual({
    how: 'summed',
    pairs: 0,
    minutes: 0,
    reason: `no programs of ${stored.commits[0]?.slice(0, 10)} are stored any more`,
  });
  expect(part.total[0]).toMatchObject({ case: 'bench spin', before: null, after: null });
  expect(part.entries[0]?.culprit).toMatchObject({
    after: stored.commits[0],
    until: stored.commits[5],
    candidates: 5,
    note: 'no programs of the others are stored, and they could not be built',
  });
  const range = { after: stored.commits[0], until: stored.commits[5], candidates: 5, commit: null };
  expect(part.items).toMatchObject([{ culprit: range }]);
});

test('without time nothing is run', async () => {
  const stored = await world([0, 2, 3, 5]);
  const config = { ...stored.request.config, triage: { issue: 'off', minutes: 0 } as const };
  const part = await report({ ...stored, request: { ...stored.request, config } });
  expect(part.totalRun).toMatchObject({ how: 'summed', reason: 'no time was left' });
  expect(part.entries[0]?.culprit).toMatchObject({ candidates: 5, note: 'no time was left' });
});
