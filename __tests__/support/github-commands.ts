import { z } from 'zod';
import { jsonReply, notAccessible, type Repository } from './github-replies.ts';
import type { Permissions } from './github-state.ts';
import type { WireReply, WireRequest } from './openapi.ts';

/** A run of a workflow as a test wants GitHub to have it. */
export interface RunDraft {
  readonly id: number;
  readonly headSha: string;
  /** Default `.github/workflows/tare.yml`. */
  readonly path?: string;
  /** Default `pull_request`. */
  readonly event?: string;
  /** Default `completed`. */
  readonly status?: string;
  /** Default `success`. */
  readonly conclusion?: string | null;
  /** Default 2026-11-20T10:00:00Z. */
  readonly createdAt?: string;
  /** Default 1, and 1 is the repository's own. */
  readonly repositoryId?: number;
  readonly headRepositoryId?: number | null;
  readonly pullRequests?: readonly number[];
}

export interface GivenReaction {
  readonly comment: number;
  readonly content: string;
}

/** Operations that are answered here, and what the token needs for each. */
export const COMMANDS: Readonly<Record<string, readonly [permission: string, right: 'read' | 'write']>> = {
  'actions/list-workflow-runs': ['actions', 'read'],
  'actions/re-run-workflow': ['actions', 'write'],
  'actions/re-run-workflow-failed-jobs': ['actions', 'write'],
  'repos/get-collaborator-permission-level': ['metadata', 'read'],
  'reactions/create-for-issue-comment': ['pull_requests', 'write'],
};

/** Workflow runs that can be started again, what people may do, and reactions: what the emulator has not. */
export class CommandData {
  /** Ids of runs that were started again, with which jobs. */
  readonly reruns: (readonly [run: number, jobs: 'all' | 'failed'])[] = [];
  readonly reactions: GivenReaction[] = [];
  readonly #runs: (RunDraft & { attempt: number })[] = [];
  readonly #permissions = new Map<string, string>();

  addRun(run: RunDraft): void {
    this.#runs.push({ ...run, attempt: 1 });
  }

  /** `admin`, `write`, `read` or `none`. Who was given none has `read`, as in a public repository. */
  permit(login: string, permission: string): void {
    this.#permissions.set(login, permission);
  }

  answer(
    operation: string,
    { target, body }: WireRequest,
    repository: Repository,
    permissions: Permissions | null,
  ): WireReply {
    const [permission, right] = COMMANDS[operation] ?? ['', 'write'];
    const given = permissions === null ? 'write' : permissions[permission];
    if (given !== 'write' && given !== right) return notAccessible();
    const url = new URL(target, repository.url);
    const path = url.pathname.split('/').map(decodeURIComponent);
    switch (operation) {
      case 'actions/list-workflow-runs':
        return this.#list(url, path[6] ?? '', repository);
      case 'repos/get-collaborator-permission-level':
        return this.#permission(path[5] ?? '');
      case 'reactions/create-for-issue-comment':
        return this.#react(Number(path[6]), body);
      default:
        return this.#rerun(Number(path[6]), operation === 'actions/re-run-workflow' ? 'all' : 'failed');
    }
  }

  /** GitHub takes a file's name or an id for the workflow. */
  #list(url: URL, workflow: string, repository: Repository): WireReply {
    const wanted = (name: string, value: string) => (url.searchParams.get(name) ?? value) === value;
    const found = this.#runs
      .filter(({ path = PATH }) => path.replace(/@.*$/, '').endsWith(`/${workflow}`))
      .filter((run) => wanted('head_sha', run.headSha) && wanted('event', run.event ?? 'pull_request'));
    return jsonReply(200, {
      total_count: found.length,
      workflow_runs: found.toReversed().map((run) => runOf(run, repository)),
    });
  }

  #permission(login: string): WireReply {
    const permission = this.#permissions.get(login) ?? 'read';
    return jsonReply(200, { permission, role_name: permission, user: null });
  }

  #rerun(id: number, jobs: 'all' | 'failed'): WireReply {
    const run = this.#runs.find((each) => each.id === id);
    if (run === undefined) return jsonReply(404, { message: 'Not Found', documentation_url: DOCS });
    if ((run.status ?? 'completed') !== 'completed') {
      return jsonReply(403, { message: 'This workflow is already running', documentation_url: DOCS });
    }
    run.attempt += 1;
    this.reruns.push([id, jobs]);
    return jsonReply(201, {});
  }

  #react(comment: number, body: string): WireReply {
    const { content } = z.object({ content: z.string() }).parse(JSON.parse(body));
    this.reactions.push({ comment, content });
    return jsonReply(201, {
      id: this.reactions.length,
      node_id: 'R_1',
      user: null,
      content,
      created_at: DATE,
    });
  }
}

const PATH = '.github/workflows/tare.yml';
const DATE = '2026-11-20T12:00:00Z';
const DOCS = 'https://docs.github.com/rest';

function runOf(run: RunDraft & { readonly attempt: number }, place: Repository) {
  const { id, headSha, createdAt = '2026-11-20T10:00:00Z', headRepositoryId = 1, repositoryId = 1 } = run;
  const root = `${place.url}/repos/${place.owner}/${place.name}/actions`;
  const url = `${root}/runs/${id}`;
  const link = { id, url, head: { ref: 'x', sha: headSha, repo: { id: 1, url, name: 'widget' } } };
  return {
    id,
    node_id: `W_${id}`,
    name: 'tare',
    head_branch: 'change',
    run_number: id,
    run_attempt: run.attempt,
    display_title: 'A change',
    event: run.event ?? 'pull_request',
    status: run.status ?? 'completed',
    conclusion: run.conclusion === undefined ? 'success' : run.conclusion,
    head_sha: headSha,
    path: run.path ?? PATH,
    workflow_id: 1,
    url,
    html_url: url,
    created_at: createdAt,
    updated_at: createdAt,
    head_commit: null,
    head_repository: headRepositoryId === null ? null : repositoryOf(headRepositoryId, place),
    repository: repositoryOf(repositoryId, place),
    jobs_url: url,
    logs_url: url,
    check_suite_url: url,
    cancel_url: url,
    rerun_url: url,
    artifacts_url: url,
    workflow_url: `${root}/workflows/1`,
    pull_requests: (run.pullRequests ?? []).map((number) => ({
      ...link,
      number,
      base: { ref: 'main', sha: headSha, repo: link.head.repo },
    })),
  };
}

function repositoryOf(id: number, { url, owner: login }: Repository) {
  const names = REPOSITORY_URLS.map((name) => [name, url]);
  const ownerUrls = OWNER_URLS.map((name) => [name, url]);
  const owner = {
    login,
    id: 1,
    node_id: 'U_1',
    gravatar_id: '',
    type: 'User',
    site_admin: false,
    ...Object.fromEntries(ownerUrls),
  };
  return {
    id,
    node_id: `R_${id}`,
    name: 'widget',
    full_name: `${login}/widget`,
    private: false,
    description: null,
    fork: id !== 1,
    owner,
    ...Object.fromEntries(names),
  };
}

const OWNER_URLS = [
  ...['avatar_url', 'url', 'html_url', 'followers_url', 'following_url', 'gists_url', 'starred_url'],
  ...['subscriptions_url', 'organizations_url', 'repos_url', 'events_url', 'received_events_url'],
];
const REPOSITORY_URLS = [
  ...['html_url', 'url', 'archive_url', 'assignees_url', 'blobs_url', 'branches_url', 'collaborators_url'],
  ...['comments_url', 'commits_url', 'compare_url', 'contents_url', 'contributors_url', 'deployments_url'],
  ...['downloads_url', 'events_url', 'forks_url', 'git_commits_url', 'git_refs_url', 'git_tags_url'],
  ...['hooks_url', 'issue_comment_url', 'issue_events_url', 'issues_url', 'keys_url', 'labels_url'],
  ...['languages_url', 'merges_url', 'milestones_url', 'notifications_url', 'pulls_url', 'releases_url'],
  ...['stargazers_url', 'statuses_url', 'subscribers_url', 'subscription_url', 'tags_url', 'teams_url'],
  'trees_url',
];
