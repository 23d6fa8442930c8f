import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { ActionRun } from './runner.ts';

/** What the machine and the runner set before any step: nothing of the test's own process but what a machine has. */
export function baseEnvironment(root: string, temporary: string): Record<string, string> {
  const toolCache = join(root, '_tool');
  mkdirSync(toolCache, { recursive: true });
  return {
    ...machineEnvironment(),
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    RUNNER_ARCH: process.arch === 'arm64' ? 'ARM64' : 'X64',
    RUNNER_ENVIRONMENT: 'github-hosted',
    RUNNER_NAME: 'GitHub Actions 1',
    RUNNER_OS: { linux: 'Linux', darwin: 'macOS', win32: 'Windows' }[process.platform as string] ?? 'Linux',
    RUNNER_TEMP: temporary,
    RUNNER_TOOL_CACHE: toolCache,
    RUNNER_WORKSPACE: root,
  };
}

/** The `github` context, as far as the runner hands it to actions, and `token`. */
export async function githubContext(
  run: ActionRun,
  eventPath: string,
  token: string,
): Promise<Record<string, string>> {
  const repository = run.repository ?? 'octo/widget';
  const [owner = ''] = repository.split('/');
  const payload = payloadSchema.parse(run.payload);
  const ref = run.ref ?? refOf(payload);
  return {
    action: '__octo_tare',
    actor: owner,
    api_url: 'https://api.github.com',
    base_ref: payload.pull_request?.base?.ref ?? '',
    event_name: run.event,
    event_path: eventPath,
    graphql_url: 'https://api.github.com/graphql',
    head_ref: payload.pull_request?.head?.ref ?? '',
    job: 'release-profile',
    ref,
    ref_name: ref.replace(/^refs\/(heads|tags|pull)\//, ''),
    ref_protected: 'false',
    ref_type: ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    repository,
    repository_id: '1',
    repository_owner: owner,
    repository_owner_id: '1',
    retention_days: '90',
    run_attempt: '1',
    run_id: '1000',
    run_number: '1',
    server_url: 'https://github.com',
    sha: run.sha ?? (await headOf(run.workspace)),
    token,
    triggering_actor: owner,
    workflow: 'tare',
    workflow_ref: `${repository}/.github/workflows/tare.yml@${ref}`,
    workspace: run.workspace,
  };
}

/** A test run's own variables would make the action believe that it runs in another place. */
const FOREIGN =
  /^(INPUT_|GITHUB_|ACTIONS_|RUNNER_|STATE_|npm_|NODE|VITEST|VITE_|TEST$|CI$|PROD$|DEV$|MODE$|BASE_URL$|SSR$)/i;

function machineEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).filter(([name]) => !FOREIGN.test(name));
  const environment = Object.fromEntries(entries.map(([name, value]) => [name, value ?? '']));
  // npx puts the project's own tools first; a runner has none.
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((part) => !part.includes('node_modules'));
  return { ...environment, PATH: path.join(delimiter) };
}

const branchSchema = z.object({ ref: z.string().optional() }).optional();
const payloadSchema = z.looseObject({
  ref: z.string().optional(),
  pull_request: z
    .object({ number: z.number().optional(), head: branchSchema, base: branchSchema })
    .optional(),
  merge_group: z.object({ head_ref: z.string().optional() }).optional(),
});

function refOf(payload: z.infer<typeof payloadSchema>): string {
  const number = payload.pull_request?.number;
  if (number !== undefined) return `refs/pull/${number}/merge`;
  return payload.merge_group?.head_ref ?? payload.ref ?? 'refs/heads/main';
}

async function headOf(workspace: string): Promise<string> {
  try {
    return (await promisify(execFile)('git', ['-C', workspace, 'rev-parse', 'HEAD'])).stdout.trim();
  } catch {
    return '0'.repeat(40);
  }
}
