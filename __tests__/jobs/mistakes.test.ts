import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BuildError, Cancelled, UserError } from '../../src/errors.ts';
import { check } from '../../src/jobs/check.ts';
import { record } from '../../src/jobs/record.ts';
import { endingOf, endingOfError } from '../../src/jobs/status.ts';
import { reportSchema } from '../../src/report/report.ts';
import type { BuildRequest } from '../../src/toolchain/toolchain.ts';
import { makeWorld } from './world.ts';

const TWO = '[[configuration]]\nname = "one"\n[[configuration]]\nname = "two"\n';
const JOBS = { check, record };
const FULL_DISK = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });

const only = (name: string, error: Error) => (request: BuildRequest) => {
  if (request.configuration.name === name) throw error;
};

describe.each(['check', 'record'] as const)('a mistake in one configuration: %s', (job) => {
  test.each([new UserError('no such target; install it'), FULL_DISK])('%s', async (error) => {
    const world = await makeWorld(TWO, only('two', error));
    const result = await JOBS[job](world.request, world.ports);
    expect(reportSchema.parse(result.report)).toMatchObject({
      configuration: 'one',
      failed: [{ configuration: 'two', message: error.message, output: '' }],
      warnings: ['A note.'],
    });
    const measured = [...result.report.added, ...result.report.comparisons];
    expect(new Set(measured.map(({ configuration }) => configuration))).toEqual(new Set(['one']));
    expect(world.reports).toEqual([result.report]);
    expect(endingOf(result)).toEqual({ status: 2, message: error.message });
    expect(await readdir(world.ports.temporary)).toEqual([]);
  });

  test('alone, or in all of them, it stays one line and no report', async () => {
    const error = new UserError('no such target; install it');
    const throws = () => {
      throw error;
    };
    for (const toml of ['', TWO]) {
      const world = await makeWorld(toml, throws);
      await expect(JOBS[job](world.request, world.ports)).rejects.toBe(error);
      expect(world.reports).toEqual([]);
      expect(await readdir(world.ports.temporary)).toEqual([]);
    }
  });

  test('a bug is not hidden in a row', async () => {
    const bug = new TypeError('x is not a function');
    const world = await makeWorld(TWO, only('two', bug));
    await expect(JOBS[job](world.request, world.ports)).rejects.toBe(bug);
  });
});

describe('the base', () => {
  const failsOnBase = (error: Error) => (request: BuildRequest) => {
    if (request.directory.endsWith('source')) throw error;
  };

  test('that does not compile is a warning with the compiler’s last lines', async () => {
    const output = `${'note\n'.repeat(5000)}error[E0308]: mismatched types\n --> src/table.rs:1:5\n`;
    const world = await makeWorld('', failsOnBase(new BuildError('cargo build failed', output)));
    const { report } = await check(world.request, world.ports);
    expect(reportSchema.parse(report)).toMatchObject({ base: null, failed: [] });
    expect(report.added.map((row) => row.case)).toContain('size tiny');
    expect(report.warnings).toEqual([
      'A note.',
      expect.stringMatching(/^The base \w{10} could not be built, .*: base \w{10}: cargo build failed$/),
      expect.stringMatching(
        /^Its build ended with: .*\| error\[E0308\]: mismatched types \| {2}--> src\/table\.rs:1:5$/,
      ),
    ]);
    expect(report.warnings.every((warning) => warning.length <= 600)).toBe(true);
  });

  test('a mistake in one configuration while it is built leaves that one without a base', async () => {
    const world = await makeWorld(TWO, (request) => {
      if (request.configuration.name === 'two') failsOnBase(FULL_DISK)(request);
    });
    const result = await check(world.request, world.ports);
    expect(result.report.base).toMatchObject({ source: 'rebuilt' });
    expect(result.report.others).toMatchObject([{ configuration: 'two', base: null }]);
    expect(result.report.warnings).toContainEqual(expect.stringContaining('ENOSPC'));
    expect(endingOf(result).status).toBe(0);
  });

  test('says why it is built, and is not told to be unstored when it is stored', async () => {
    let rustc = '1.90.0';
    const world = await makeWorld(
      '',
      () => undefined,
      () => rustc,
    );
    await check(world.request, world.ports);
    expect(world.logger.lines).toContainEqual(
      expect.stringMatching(/^group: Build the base .*: no baseline of it is stored$/),
    );
    rustc = '1.91.0';
    const { report } = await check(world.request, world.ports);
    expect(report.base?.source).toBe('rebuilt');
    expect(world.logger.lines).toContainEqual(
      expect.stringMatching(/^group: Build the base .*: the stored one is of another toolchain$/),
    );
    expect(world.logger.lines.filter((line) => line.includes('was not stored'))).toEqual([]);
  });

  test.each(['check', 'record'] as const)(
    'a corrupt baseline is in the report’s warnings: %s',
    async (job) => {
      const world = await makeWorld('', () => undefined);
      const [base = ''] = world.request.commits;
      await record({ ...world.request, head: base, commits: [] }, world.ports);
      const [key = ''] = (await readdir(join(world.store, 'baselines'))).filter((name) =>
        name.startsWith('tare-'),
      );
      await writeFile(join(world.store, 'baselines', key, 'measurement.json'), 'scribble\nscribble');
      const { report } = await JOBS[job](world.request, world.ports);
      expect(report.warnings).toEqual(['A note.', expect.stringMatching(/^baseline tare-.*; skipped$/)]);
      const again = await record({ ...world.request, head: base, commits: [] }, world.ports);
      const replaced = job === 'record' ? [expect.stringMatching(/^baseline tare-.*; replaced$/)] : [];
      expect(again.report.warnings).toEqual(['A note.', ...replaced]);
    },
  );
});

test('a head that does not compile keeps the notes', async () => {
  const world = await makeWorld('', () => {
    throw new BuildError('cargo build failed', 'error[E0308]');
  });
  const result = await record(world.request, world.ports);
  expect(result.report.warnings).toEqual(['A note.']);
  expect(endingOf(result).message).toMatch(/^head \w{10}: cargo build failed\nerror\[E0308\]$/);
  expect(endingOf(result, { outputShown: true }).message).toMatch(/^head \w{10}: cargo build failed$/);
});

describe('endings of what was thrown', () => {
  test.each([
    [
      FULL_DISK,
      2,
      /^ENOSPC: no space left on device, write; make room or give access there, and run Tare again$/,
    ],
    [new UserError('wrong'), 2, /^wrong$/],
    [new Cancelled(), 2, /^Cancelled; what was finished before stays stored/],
    [new TypeError('oops'), 3, /^This is a bug in Tare.*\nTypeError: oops/],
  ])('%s', (thrown, status, message) => {
    expect(endingOfError(thrown)).toEqual({ status, message: expect.stringMatching(message) });
  });
});
