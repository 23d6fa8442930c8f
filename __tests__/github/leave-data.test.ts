import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { RunContext } from '../../src/github/context.ts';
import { createActionPresenter } from '../../src/github/presenter.ts';
import { readContext } from '../../src/github/read-context.ts';
import type { AttributionRow } from '../../src/measure/attribution.ts';
import {
  MAX_REPORT_DATA_BYTES,
  type MeasuredData,
  type ReportData,
  reportDataSchema,
} from '../../src/measure/report-data.ts';
import { recordingLogger } from '../support/recording-logger.ts';
import { quietReport } from '../support/reports.ts';
import { payloadOf } from '../support/webhooks.ts';

const HEAD = 'c'.repeat(40);

function dataOf(attributed: number, commit = 'd'.repeat(40)): MeasuredData {
  const row: AttributionRow = {
    crate: 'a'.repeat(200),
    function: 'f'.repeat(390),
    section: 'text',
    bytes: 1,
    copies: 1,
  };
  const attribution = { case: 'size rg', method: 'symbols' as const, fallback: null };
  return {
    schema: 1,
    tare: '0.1.0',
    commit,
    configurations: [
      {
        configuration: 'default',
        head: {
          toolchain: 'cargo',
          identity: { target: 'x' },
          packages: [],
          values: [{ case: 'size rg', metric: 'file-bytes', value: 5 }],
          attributions: [{ ...attribution, rows: Array.from({ length: attributed }, () => row) }],
          benches: [],
          secondary: [],
          warnings: [],
        },
        compile: null,
        bench: null,
        failed: [],
        warnings: [],
      },
    ],
  };
}

/** Presents a report with data: what was left of the data, and what the log says of it. */
async function leave(data: MeasuredData): Promise<{ left: ReportData | null; lines: readonly string[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'tare-leave-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const logger = recordingLogger();
  const outputs = new Map<string, string>();
  const context = await contextIn(folder);
  const presenter = createActionPresenter({
    core: {
      setOutput: (name, value) => void outputs.set(name, value),
      error: () => {},
      warning: () => {},
      notice: () => {},
      summary: { addRaw: () => ({ write: async () => null }) },
    },
    context,
    name: 'default',
    github: null,
    logger,
  });
  await presenter.present(quietReport(), [], data);
  const path = outputs.get('report-data');
  const left = path === undefined ? null : reportDataSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  return { left, lines: logger.lines };
}

function contextIn(temporary: string): Promise<RunContext> {
  const payload = payloadOf('pull_request', { number: 5, pull_request: { number: 5, head: { sha: HEAD } } });
  const environment = {
    GITHUB_EVENT_NAME: 'pull_request',
    GITHUB_EVENT_PATH: '/event.json',
    GITHUB_REPOSITORY: 'octo/widget',
    GITHUB_SHA: 'd'.repeat(40),
    GITHUB_REF: 'refs/pull/5/merge',
    GITHUB_RUN_ID: '7',
    GITHUB_WORKSPACE: temporary,
    RUNNER_TEMP: temporary,
  };
  return readContext(environment, async () => JSON.stringify(payload));
}

test('the data is left as it is, with the pull request of the event', async () => {
  const { left, lines } = await leave(dataOf(3));
  expect(left).toEqual({ ...dataOf(3), pullRequest: { number: 5, headSha: HEAD } });
  expect(lines).toEqual([]);
});

test('data that is too large loses the names of bytes first', async () => {
  const many = dataOf(1);
  const [configuration] = many.configurations;
  const head = configuration?.head;
  if (configuration === undefined || head === null || head === undefined) throw new Error('no head');
  const full = dataOf(40_000).configurations[0]?.head?.attributions[0];
  if (full === undefined) throw new Error('no attribution');
  const attributions = [full, { ...full, case: 'size b' }];
  expect(JSON.stringify(attributions).length).toBeGreaterThan(MAX_REPORT_DATA_BYTES);
  const { left, lines } = await leave({
    ...many,
    configurations: [{ ...configuration, head: { ...head, attributions } }],
  });
  expect(left?.configurations[0]?.head).toEqual({ ...head, attributions: [] });
  expect(lines).toEqual([expect.stringContaining('report-data.json is too large, so it does not name')]);
});

test('data that does not fit its schema is not left, and the reason is told', async () => {
  const { left, lines } = await leave(dataOf(0, 'main'));
  expect(left).toBeNull();
  expect(lines).toEqual([
    'warning: report-data.json was not written, so no other workflow can publish it: commit: is not a full commit SHA',
  ]);
});
