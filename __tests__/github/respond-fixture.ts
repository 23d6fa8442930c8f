import { loadInputs } from '../../src/config/inputs.ts';
import { UserError } from '../../src/errors.ts';
import { readContext } from '../../src/github/read-context.ts';
import { respondTo } from '../../src/github/respond.ts';
import { type Placed, placeChecked as place } from '../support/commands.ts';
import { REPOSITORY_ID } from '../support/fork.ts';
import type { GitHubApi, RecordedRequest } from '../support/github-api.ts';
import type { RunDraft } from '../support/github-commands.ts';
import type { Permissions } from '../support/github-state.ts';
import { recordingLogger } from '../support/recording-logger.ts';
import { merge, payloadOf } from '../support/webhooks.ts';

export type { Placed };

/** What came of a comment. */
export interface Said {
  /** Of Responded, or of the UserError. */
  readonly reason: string;
  readonly responded: 'done' | 'refused' | 'ignored' | 'failed';
  readonly requests: readonly RecordedRequest[];
  /** Names of the requests that change something. */
  readonly writes: readonly string[];
  /** Number of the comment. */
  readonly comment: number;
}

export interface SayOptions {
  /** Default: the owner. */
  readonly by?: string;
  /** Merged into the payload's `comment` and into its `issue`. */
  readonly comment?: Readonly<Record<string, unknown>>;
  readonly issue?: Readonly<Record<string, unknown>>;
  /** Default `created`. */
  readonly action?: string;
  readonly permissions?: Permissions;
  readonly inputs?: Readonly<Record<string, string>>;
  /** Default: main. */
  readonly ref?: string;
  /** Default: the comment's event. */
  readonly event?: 'issue_comment' | 'workflow_dispatch';
}

/** Writes a comment on a pull request and answers its event, in this process. */
export async function say(
  api: GitHubApi,
  number: number,
  body: string,
  options: SayOptions = {},
): Promise<Said> {
  const { by = 'octo', event = 'issue_comment', ref = 'refs/heads/main' } = options;
  const id = await api.addComment(number, body, api.personToken(by));
  const before = api.requests.length;
  const token = await api.token(options.permissions ?? { actions: 'write', pull_requests: 'write' });
  const logger = recordingLogger();
  const given: Readonly<Record<string, string>> = { token, ...options.inputs };
  const inputs = loadInputs((name) => given[name] ?? '');
  const payload = JSON.stringify(payloadFor(number, { id, body, by }, options));
  const context = await readContext(
    {
      GITHUB_EVENT_NAME: event,
      GITHUB_EVENT_PATH: 'event.json',
      GITHUB_REPOSITORY: `${api.owner}/${api.repository}`,
      GITHUB_SHA: 'a'.repeat(40),
      GITHUB_REF: ref,
      GITHUB_API_URL: api.url,
      GITHUB_RUN_ID: '9',
      GITHUB_ACTOR: by,
      GITHUB_WORKSPACE: '/workspace',
      RUNNER_TEMP: '/temporary',
    },
    async () => payload,
  );
  const answer = await respondTo({ inputs, context, logger, sleep: async () => undefined }).catch(failed);
  const requests = api.requests.slice(before);
  const writes = requests
    .filter(({ method, operation }) => method !== 'GET' && operation !== 'graphql')
    .map(({ operation }) => operation);
  return { ...answer, requests, writes, comment: id };
}

function payloadFor(
  number: number,
  written: { readonly id: number; readonly body: string; readonly by: string },
  { event = 'issue_comment', action = 'created', comment = {}, issue = {} }: SayOptions,
): unknown {
  if (event === 'workflow_dispatch') return payloadOf(event, { repository: { id: REPOSITORY_ID } });
  const { id, body, by } = written;
  const said = { id, body, user: { login: by, type: 'User' }, created_at: '2026-11-20T11:00:00Z' };
  return payloadOf(event, {
    action,
    repository: { id: REPOSITORY_ID },
    issue: merge({ number, pull_request: { url: 'https://api.github.com/' } }, issue),
    comment: merge(said, comment),
  });
}

function failed(error: unknown) {
  if (!(error instanceof UserError)) throw error;
  return { responded: 'failed' as const, reason: error.message };
}

export function placeChecked(
  api: GitHubApi,
  check: Partial<RunDraft> = {},
  options: { readonly reportedOn?: string } = {},
): Promise<Placed> {
  return place({ api }, check, options);
}
