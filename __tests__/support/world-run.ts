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
  expect({
    violations,
    timedOut: result.timedOut,
    leftBehind: result.leftBehind,
    post: result.post,
    nestedGroups: result.nestedGroups,
    foreignCommands: result.commands.filter((name) => !OWN_COMMANDS.has(name)),
    foreignFiles: result.temporaryFiles.filter((path) => !OWN_FILE.test(path)),
    tokenShownIn: tellsToken(result, token),
    ...(await checkoutAfterwards(workspace)),
  }).toEqual(TIDY);
  return run;
}

const OWN_COMMANDS = new Set(['group', 'endgroup', 'debug', 'error', 'warning', 'notice', 'add-mask']);
const OWN_FILE =
  /^tare-(report-[^/]+\/(report\.json|comment\.md|report-data\.json)|triage-[^/]+\/triage\.(json|md))$/;

const TIDY = {
  violations: [],
  timedOut: false,
  leftBehind: [],
  post: null,
  nestedGroups: [],
  foreignCommands: [],
  foreignFiles: [],
  tokenShownIn: [],
  changes: '',
  worktrees: [],
};

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

/** What git sees in the checkout, ignored files too, and its records of worktrees. */
async function checkoutAfterwards(
  workspace: string,
): Promise<{ changes: string; worktrees: readonly string[] }> {
  const directory = join(workspace, '.git');
  const isRepository = await access(directory).then(
    () => true,
    () => false,
  );
  if (!isRepository) return { changes: '', worktrees: [] };
  const worktrees = await readdir(join(directory, 'worktrees')).catch(() => []);
  return { changes: await git(workspace, 'status', '--porcelain', '--ignored'), worktrees };
}
