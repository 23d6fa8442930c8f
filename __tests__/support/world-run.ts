import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Report, reportSchema } from '../../src/report/report.ts';
import { git } from './git.ts';
import type { RecordedRequest } from './github-api.ts';
import type { ActionResult } from './runner.ts';

/** A step that ran, with what its outputs point to. */
export interface Run extends ActionResult {
  /** `report.json`; null without the output. */
  readonly report: Report | null;
  /** The Markdown file; null without the output. */
  readonly markdown: string | null;
  /** Requests to GitHub's API, in order. */
  readonly requests: readonly RecordedRequest[];
  /** Names of those requests' operations. */
  readonly operations: readonly string[];
  /** Texts of annotations of a level. */
  messages(level: 'error' | 'warning' | 'notice'): readonly string[];
}

export interface Ran {
  readonly result: ActionResult;
  readonly workspace: string;
  readonly token: string;
  readonly requests: readonly RecordedRequest[];
  readonly violations: readonly string[];
}

/** Reads what a step wrote, and checks what holds for every step, however it ended: it leaves nothing behind and tells no secret. */
export async function tidyRun({ result, workspace, token, requests, violations }: Ran): Promise<Run> {
  const { report, markdown } = result.outputs;
  const run: Run = {
    ...result,
    report: report === undefined ? null : reportSchema.parse(JSON.parse(await readFile(report, 'utf8'))),
    markdown: markdown === undefined ? null : await readFile(markdown, 'utf8'),
    requests,
    operations: requests.map(({ operation }) => operation),
    messages: (level) =>
      result.annotations.filter((one) => one.level === level).map(({ message }) => message),
  };
  expect.soft(violations, 'requests as GitHub describes them').toEqual([]);
  expect.soft(result.timedOut, 'an end in time').toBe(false);
  expect.soft(result.leftBehind, 'processes left behind').toEqual([]);
  expect.soft(result.post, 'a post step').toBeNull();
  expect.soft(foreignCommands(result), 'commands that Tare does not give').toEqual([]);
  expect
    .soft(
      result.temporaryFiles.filter((path) => !OWN_FILE.test(path)),
      'files left in RUNNER_TEMP',
    )
    .toEqual([]);
  expect.soft(tellsToken(result, token), 'where the token shows').toEqual([]);
  await expectCleanCheckout(workspace);
  return run;
}

const OWN_COMMANDS = new Set(['group', 'endgroup', 'debug', 'error', 'warning', 'notice', 'add-mask']);
const OWN_FILE = /^tare-report-[^/]+\/(report\.json|comment\.md)$/;

function foreignCommands(result: ActionResult): readonly string[] {
  return result.commands.filter((name) => !OWN_COMMANDS.has(name));
}

/** The log page masks the token; Tare should not lean on that. */
function tellsToken(result: ActionResult, token: string): readonly string[] {
  const places = {
    stdout: result.stdout.replace(`::add-mask::${token}`, ''),
    stderr: result.stderr,
    summary: result.summary ?? '',
    outputs: JSON.stringify(result.outputs),
  };
  const forms = [token, Buffer.from(`x-access-token:${token}`).toString('base64')];
  return Object.entries(places)
    .filter(([, text]) => forms.some((form) => text.includes(form)))
    .map(([name]) => name);
}

async function expectCleanCheckout(workspace: string): Promise<void> {
  const isRepository = await access(join(workspace, '.git')).then(
    () => true,
    () => false,
  );
  if (!isRepository) return;
  const status = await git(workspace, 'status', '--porcelain', '--ignored');
  expect.soft(status, 'the checkout afterwards').toBe('');
  const records = await readdir(join(workspace, '.git', 'worktrees')).catch(() => []);
  expect.soft(records, 'records of worktrees').toEqual([]);
}
