import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type ReportData, reportDataSchema } from '../../src/measure/report-data.ts';
import {
  FORK,
  type ForkPullRequest,
  nextRunId,
  openForkPullRequest,
  type PublishOptions,
  publishRun,
} from '../support/fork.ts';
import { git } from '../support/git.ts';
import { expectInert } from '../support/markdown.ts';
import { HOSTILE } from '../support/reports.ts';
import { TINY, table } from '../support/tiny-project.ts';
import { startWorld, type World } from '../support/world.ts';
import type { Run } from '../support/world-run.ts';
import { zipOf } from '../support/zip.ts';

let world: World;
let fork: ForkPullRequest;
let data: ReportData;
beforeAll(async () => {
  world = await startWorld(TINY);
  await world.pushToMain({ 'README.md': 'Recorded.\n' });
  fork = await openForkPullRequest(world, table(65_536));
  data = reportDataSchema.parse(JSON.parse(fork.data));
});
afterEach(() => world.api.repair());
afterAll(() => world.close());

/** Every request that changes something; the one GraphQL query asks who the token is. */
function writesOf(run: Run): readonly string[] {
  return run.requests
    .filter(({ method, operation }) => method !== 'GET' && operation !== 'graphql')
    .map(({ operation }) => operation);
}

/** One annotation that says what was refused, and nothing else anywhere: no write, output, variable, file or summary. */
async function expectRefused(run: Run, level: 'warning' | 'notice', reason: RegExp): Promise<void> {
  expect(run).toMatchObject({ status: 'success', exitCode: 0, stderr: '' });
  expect(run.annotations.map(({ level: given }) => given)).toEqual([level]);
  expect(run.messages(level)[0]).toMatch(/^Nothing was published: [^\n]*\.$/);
  expect(run.messages(level)[0]).toMatch(reason);
  expect(run.log.length).toBeLessThan(2000);
  expect(writesOf(run)).toEqual([]);
  expect(run).toMatchObject({ outputs: {}, env: {}, state: {}, summary: null, temporaryFiles: [] });
  expect(await world.api.comments(fork.number)).toEqual([]);
  expect(world.api.actions.statuses).toEqual([]);
}

/** Publishes an artifact of a run of its own for the pull request. */
async function publish(archive: Buffer, options: PublishOptions = {}): Promise<Run> {
  const runId = nextRunId();
  world.api.actions.addArtifact({ runId, archive });
  return publishRun(world, { ...fork, runId }, options);
}

const packed = (content: unknown) =>
  zipOf([
    { name: 'report-data.json', content: typeof content === 'string' ? content : JSON.stringify(content) },
  ]);

describe('what the event says of the run', () => {
  const payloads: readonly [string, Record<string, unknown>, 'warning' | 'notice', RegExp][] = [
    [
      'another repository’s run',
      { repository: { id: 2, owner: { login: 'stranger' } } },
      'warning',
      /belongs to repository 2, and this is repository 1\./,
    ],
    [
      'another workflow with the same name',
      { name: 'tare', path: '.github/workflows/evil.yml' },
      'warning',
      /is of the workflow "\.github\/workflows\/evil\.yml", and only \.github\/workflows\/tare\.yml is published/,
    ],
    [
      'a workflow whose path only ends alike',
      { path: 'evil/.github/workflows/tare.yml' },
      'warning',
      /"evil\/\.github\/workflows\/tare\.yml"/,
    ],
    ['a push', { event: 'push' }, 'notice', /was started by "push", not by a pull_request/],
    ['pull_request_target', { event: 'pull_request_target' }, 'notice', /started by "pull_request_target"/],
    ['a cancelled run', { conclusion: 'cancelled' }, 'notice', /ended as "cancelled"/],
    ['a run that timed out', { conclusion: 'timed_out' }, 'notice', /ended as "timed_out"/],
    ['a run without an end', { conclusion: null }, 'notice', /ended as "unknown"/],
    ['a branch that is gone', { head_branch: null }, 'notice', /the branch of run \d+ is gone/],
    ['a fork that is gone', { head_repository: null }, 'notice', /the branch of run \d+ is gone/],
  ];
  test.each(payloads)('%s is refused before anything is asked', async (_, run, level, reason) => {
    const published = await publish(packed(data), { run });
    await expectRefused(published, level, reason);
    expect(published.requests).toEqual([]);
  });

  test('a branch of another repository with the same owner and name is refused', async () => {
    const published = await publish(packed(data), { run: { head_repository: { ...FORK, id: 78 } } });
    await expectRefused(
      published,
      'notice',
      /no open pull request of the branch "change-1" in repository 78/,
    );
    expect(published.operations).toEqual(['pulls/list']);
  });

  test('a branch without a pull request is refused', async () => {
    const published = await publish(packed(data), { run: { head_branch: 'main"]\n::set-env name=A::b' } });
    await expectRefused(published, 'notice', /no open pull request of the branch "main\\"\]\\n::set-env/);
  });

  test('a closed pull request is left alone', async () => {
    const { number, branch, headSha: sha } = fork;
    world.api.actions.place(number, { branch, sha, repository: FORK, state: 'closed' });
    try {
      await expectRefused(
        await publish(packed(data)),
        'notice',
        /no open pull request of the branch "change-1"/,
      );
    } finally {
      world.api.actions.place(number, { branch, sha, repository: FORK });
    }
  });

  test('a head that has moved on is left alone', async () => {
    const published = await publish(packed(data), { run: { head_sha: '1'.repeat(40) } });
    await expectRefused(
      published,
      'notice',
      /pull request #1 has moved on from 1111111111 to [0-9a-f]{10}\./,
    );
  });
});

describe('the artifact', () => {
  test('none, and an expired one', async () => {
    await expectRefused(
      await publishRun(world, { ...fork, runId: nextRunId() }),
      'notice',
      /left no artifact "tare-report"/,
    );
    const runId = nextRunId();
    world.api.actions.addArtifact({ runId, archive: packed(data), expired: true });
    await expectRefused(await publishRun(world, { ...fork, runId }), 'notice', /only an expired artifact/);
  });

  test('one of another run', async () => {
    const runId = nextRunId();
    world.api.actions.addArtifact({ runId, archive: packed(data), ofRun: '4' });
    await expectRefused(await publishRun(world, { ...fork, runId }), 'warning', /is of another run than/);
  });

  test('one that is too large is not fetched', async () => {
    const runId = nextRunId();
    world.api.actions.addArtifact({ runId, archive: packed(data), bytes: 9_000_000 });
    const before = world.api.actions.downloads.length;
    await expectRefused(await publishRun(world, { ...fork, runId }), 'warning', /larger than 8388608 bytes/);
    expect(world.api.actions.downloads).toHaveLength(before);
  });

  test('one that is larger than it says is not fetched to its end', async () => {
    const runId = nextRunId();
    world.api.actions.addArtifact({ runId, archive: Buffer.alloc(64 << 20, 'x'), bytes: 100 });
    await expectRefused(await publishRun(world, { ...fork, runId }), 'warning', /larger than 8388608 bytes/);
  });

  const content = '{}';
  const name = 'report-data.json';
  const archives: readonly [string, Buffer, RegExp][] = [
    ['garbage', Buffer.from('<html>not a zip</html>'.repeat(50)), /not a ZIP archive/],
    ['nothing', Buffer.alloc(0), /not a ZIP archive/],
    ['a zip bomb', zipOf([{ name, content: Buffer.alloc(300 << 20) }]), /unpacks to 314572800 bytes/],
    [
      'a bomb that calls itself small',
      zipOf([{ name, content: Buffer.alloc(64 << 20), size: 10 }]),
      /larger than its directory says/,
    ],
    ['a path upwards', zipOf([{ name: '../../.github/workflows/tare.yml', content }]), /its file is called/],
    [
      'an absolute path',
      zipOf([{ name: '/etc/cron.d/x', content }]),
      /its file is called "\/etc\/cron\.d\/x"/,
    ],
    [
      'a name with commands',
      zipOf([{ name: '\n::add-mask::1\n', content }]),
      /its file is called "\\n::add-mask::1\\n"/,
    ],
    [
      'two entries of one name',
      zipOf([
        { name, content },
        { name, content },
      ]),
      /holds 2 files/,
    ],
    [
      'a hidden second entry',
      zipOf(
        [
          { name, content },
          { name, content },
        ],
        { count: 1 },
      ),
      /more than one file/,
    ],
    [
      'a symbolic link',
      zipOf([{ name, content: '/proc/self/environ', attributes: (0o120777 << 16) >>> 0 }]),
      /a link, a folder or a device/,
    ],
    ['ZIP64', zipOf([{ name, content }], { count: 0xffff }), /ZIP64/],
    ['an encrypted one', zipOf([{ name, content, flags: 1 }]), /encrypted/],
  ];
  test.each(archives)('%s', async (_, archive, reason) => {
    await expectRefused(await publish(archive), 'warning', reason);
  });
});

describe('the data', () => {
  const changed = (change: (data: Record<string, unknown>) => void): unknown => {
    const copy = structuredClone(data) as unknown as Record<string, unknown>;
    change(copy);
    return copy;
  };
  /** Replaces the first number of the values by a text. */
  const withNumber = (text: string) => JSON.stringify(data).replace(/"value":[\d.]+/, `"value":${text}`);
  const cases = (count: number) => {
    const one = '{"case":"size a","metric":"m","value":1}';
    return JSON.stringify(data).replace('"values":[', `"values":[${`${one},`.repeat(count)}`);
  };
  const documents: readonly [string, () => unknown, RegExp][] = [
    [
      'another pull request’s number',
      () => changed((one) => Object.assign(one, { pullRequest: { number: 7, headSha: fork.headSha } })),
      /the data says pull request #7, and the run is of #1\./,
    ],
    [
      'another head',
      () => changed((one) => Object.assign(one, { pullRequest: { number: 1, headSha: '2'.repeat(40) } })),
      /the data says head 2222222222, and the run is of/,
    ],
    [
      'no pull request',
      () => changed((one) => Object.assign(one, { pullRequest: null })),
      /the data is of no pull request/,
    ],
    [
      'a commit that nobody has',
      () => changed((one) => Object.assign(one, { commit: '3'.repeat(40) })),
      /the measured commit 3333333333 is not known to GitHub/,
    ],
    ['no JSON', () => 'schema = 1', /is not JSON/],
    ['no UTF-8', () => Buffer.from([0xff, 0xfe, 0x7b]).toString('latin1'), /is not JSON/],
    ['NaN', () => withNumber('NaN'), /is not JSON/],
    ['Infinity', () => withNumber('Infinity'), /is not JSON/],
    [
      'a number that is infinite',
      () => withNumber('1e999'),
      /does not fit its schema at "configurations\.0\.head\.values\.0\.value"/,
    ],
    ['a negative number', () => withNumber('-1'), /does not fit its schema/],
    ['a text for a number', () => withNumber('"1"'), /does not fit its schema/],
    ['a list', () => '[]', /does not fit its schema/],
    ['a million brackets', () => '['.repeat(1_000_000), /is not JSON/],
    [
      'a million whole brackets',
      () => `${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`,
      /is not JSON|does not fit its schema/,
    ],
    [
      'a later schema',
      () => changed((one) => Object.assign(one, { schema: 2 })),
      /has schema 2, and this version of Tare reads schema 1/,
    ],
    [
      'a verdict',
      () => changed((one) => Object.assign(one, { verdict: 'improvement' })),
      /does not fit its schema/,
    ],
    [
      'Markdown',
      () => changed((one) => Object.assign(one, { markdown: '# All is well' })),
      /does not fit its schema/,
    ],
    [
      'a prototype',
      () => JSON.stringify(data).replace('{', '{"__proto__":{"schema":1},'),
      /does not fit its schema/,
    ],
    ['a million cases', () => cases(1_000_000), /unpacks to 4\d{7} bytes/],
    ['as many cases as fit', () => cases(750_000), /schema at "configurations\.0\.head\.values"/],
    [
      '100 MB',
      () => JSON.stringify(data).replace('{', `{${' '.repeat(100_000_000)}`),
      /unpacks to 100\d+ bytes/,
    ],
    [
      'a case of no axis',
      () => JSON.stringify(data).replaceAll('"size tiny"', '"weight tiny"'),
      /does not fit its schema/,
    ],
    [
      'a configuration twice',
      () =>
        changed((one) =>
          Object.assign(one, { configurations: [...data.configurations, ...data.configurations] }),
        ),
      /names the configuration "default" twice/,
    ],
    [
      'no configuration of main’s',
      () => JSON.stringify(data).replace('"configuration":"default"', '"configuration":"theirs"'),
      /none of the default branch's configurations: "default"/,
    ],
  ];
  test.each(documents)('%s', async (_, document, reason) => {
    await expectRefused(await publish(packed(document())), 'warning', reason);
  });

  test('a commit that is no test merge of the head', async () => {
    const commit = await world.git.resolve('main');
    const reason =
      /the measured commit [0-9a-f]{10} is neither the head of pull request #1 nor a test merge of it/;
    await expectRefused(await publish(packed({ ...data, commit })), 'warning', reason);
  });

  test.each<[string, () => Promise<string>, RegExp]>([
    [
      'a commit older than where the branches part',
      () => world.git.resolve('main~1'),
      /merges the head into [0-9a-f]{10}, which is older than [0-9a-f]{10}, where the branches part/,
    ],
    [
      'a commit of a branch of their own',
      () => world.commit('planted', { 'README.md': 'Planted.\n' }),
      /merges the head into [0-9a-f]{10}, which is not of main/,
    ],
  ])('a forged merge of the head into %s', async (_, base, reason) => {
    const parent = await base();
    const tree = await git(world.git.directory, 'rev-parse', `${fork.headSha}^{tree}`);
    const parents = ['-p', parent, '-p', fork.headSha];
    const commit = await git(world.git.directory, 'commit-tree', tree, ...parents, '-m', 'Forged');
    await expectRefused(await publish(packed({ ...data, commit })), 'warning', reason);
  });
});

describe('names', () => {
  /** Every field that takes outside text, with the same text. */
  function named(text: string): ReportData {
    const [configuration] = data.configurations;
    const head = configuration?.head ?? null;
    if (configuration === undefined || head === null) throw new Error('The check left no data.');
    const name = text.slice(0, 390);
    const values = head.values.flatMap((value) => [value, { ...value, case: `size ${name}` }]);
    const texts = { case: `bench ${name}`, message: text, output: `first\n${text}\nlast` };
    return {
      ...data,
      configurations: [
        {
          ...configuration,
          head: {
            ...head,
            identity: { ...head.identity, [name]: text, 'profile.lto': text, 'toolchain.rustc': text },
            packages: [{ name, version: name, source: name, role: 'linked' }],
            values: [...values, { case: `compile ${name}`, metric: 'cpu-seconds', value: 1 }],
            benches: [`bench ${name}`],
            secondary: [`bench ${name}`],
            warnings: [text],
          },
          bench: {
            base: baseSha,
            cases: [],
            counts: [],
            failed: [texts],
            warnings: [text],
            run: { noise: [], load: null, cases: 0, pairs: 0, minutes: 0, budget: 1, instructions: text },
          },
          failed: [texts],
          warnings: [text],
        },
        { ...configuration, configuration: name, head: null, compile: null, bench: null },
      ],
    };
  }

  let baseSha = '';
  const MARKER = /^<!-- tare:default head=[0-9a-f]{40} run=\d+\.1 -->/;
  test('stay inert, whatever they are', async () => {
    baseSha = await world.git.resolve('main');
    const own = fork;
    for (const [index, text] of HOSTILE.entries()) {
      const published = await publish(packed(named(text)));
      expect(published).toMatchObject({ status: 'success', exitCode: 0, annotations: [] });
      expect(writesOf(published)).toEqual([
        index === 0 ? 'issues/create-comment' : 'issues/update-comment',
        'repos/create-commit-status',
      ]);
      expect(published.temporaryFiles).toEqual([]);
      expect({ ...published.env, ...published.state }).toEqual({});
      const [comment, ...others] = await world.api.comments(own.number);
      expect(others).toEqual([]);
      const body = comment?.body ?? '';
      const marker = MARKER.exec(body)?.[0] ?? '';
      expect(marker).not.toBe('');
      expectInert(body.replace(/\]\(http:\/\/github\.localhost\/octo\/widget\/[\w/]+\)/g, ']'), marker);
      const status = world.api.actions.statuses.at(-1);
      expect(status).toMatchObject({ sha: own.headSha, context: 'tare', description: 'Undecided' });
    }
  }, 300_000);
});
