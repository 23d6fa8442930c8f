import { z } from 'zod';
import type { CommitNode, GitHistory } from './git-history.ts';
import type { GitHubState } from './github-state.ts';
import type { WireReply } from './openapi.ts';

export interface Repository {
  readonly owner: string;
  readonly name: string;
  /** Address of the API as its users see it. */
  readonly url: string;
}

export function jsonReply(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): WireReply {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(body),
  };
}

/** The emulator's reply with GitHub's addresses and error texts. */
export function asGitHub(reply: WireReply, state: GitHubState, url: string, bot: boolean): WireReply {
  const link = reply.headers['link'];
  const headers = link === undefined ? {} : { link: moved(link, state, url) };
  if (reply.body === '') return { status: reply.status, headers, body: '' };
  if (reply.status === 403 && bot) return notAccessible();
  const body: unknown = JSON.parse(reply.body, (key, value: unknown) => {
    if (key === 'documentation_url') return 'https://docs.github.com/rest';
    // The description's list of values has no null, which GitHub sends for an open issue.
    if (key === 'state_reason' && value === null) return undefined;
    if (typeof value !== 'string' || !/url$/.test(key)) return value;
    return moved(value, state, url).replaceAll('[bot]', '%5Bbot%5D');
  });
  return jsonReply(reply.status, body, headers);
}

export function notAccessible(): WireReply {
  return jsonReply(403, {
    message: 'Resource not accessible by integration',
    documentation_url: 'https://docs.github.com/rest',
    status: '403',
  });
}

/** `GET /repos/{owner}/{repo}/commits?sha=…` from a given history. */
export async function listCommits(
  history: GitHistory,
  repository: Repository,
  target: string,
): Promise<WireReply> {
  const query = new URL(target, repository.url).searchParams;
  const reachable = await history.reachable(query.get('sha') ?? 'HEAD');
  if (reachable === null) {
    return jsonReply(422, {
      message: `No commit found for SHA: ${query.get('sha')}`,
      documentation_url: DOCS,
    });
  }
  const size = Number(query.get('per_page') ?? 30);
  const page = Number(query.get('page') ?? 1);
  const next = new URL(target, repository.url);
  next.searchParams.set('page', String(page + 1));
  const link: Record<string, string> =
    page * size < reachable.length ? { link: `<${next}>; rel="next"` } : {};
  const commits = reachable.slice((page - 1) * size, page * size);
  return jsonReply(
    200,
    commits.map((commit) => formatCommit(commit, repository)),
    link,
  );
}

/** `GET /repos/{owner}/{repo}/compare/{base}...{head}` from a given history. */
export async function compareCommits(
  history: GitHistory,
  repository: Repository,
  target: string,
): Promise<WireReply> {
  const basehead = decodeURIComponent(new URL(target, repository.url).pathname.split('/compare/')[1] ?? '');
  const [base = '', head = ''] = basehead.split('...');
  const [ofBase, ofHead, merge] = await Promise.all([
    history.reachable(base),
    history.reachable(head),
    history.mergeBase(base, head),
  ]);
  const [baseTip, headTip] = [ofBase?.[0], ofHead?.[0]];
  const common = ofBase?.find((commit) => commit.sha === merge);
  if (!ofBase || !ofHead || !baseTip || !headTip || !common) {
    return jsonReply(404, { message: 'Not Found', documentation_url: DOCS, status: '404' });
  }
  const ahead = ofHead.filter((commit) => !ofBase.some(({ sha }) => sha === commit.sha));
  const behind = ofBase.filter((commit) => !ofHead.some(({ sha }) => sha === commit.sha));
  const html = `${repository.url}/${repository.owner}/${repository.name}/compare/${basehead}`;
  return jsonReply(200, {
    url: `${apiOf(repository)}/compare/${basehead}`,
    html_url: html,
    permalink_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    base_commit: formatCommit(baseTip, repository),
    merge_base_commit: formatCommit(common, repository),
    status: statusOf(ahead.length, behind.length),
    ahead_by: ahead.length,
    behind_by: behind.length,
    total_commits: ahead.length,
    commits: ahead.map((commit) => formatCommit(commit, repository)).toReversed(),
    files: [],
  });
}

/** A pull request's reply with the head that the test gave it. */
export function withHead(reply: WireReply, head: string | undefined): WireReply {
  if (head === undefined || reply.status !== 200) return reply;
  const body = z.looseObject({ head: z.looseObject({}) }).parse(JSON.parse(reply.body));
  return jsonReply(200, { ...body, head: { ...body.head, sha: head } }, reply.headers);
}

const DOCS = 'https://docs.github.com/rest';

function moved(text: string, state: GitHubState, url: string): string {
  return state.origins.reduce((result, origin) => result.replaceAll(origin, url), text);
}

function apiOf({ url, owner, name }: Repository): string {
  return `${url}/repos/${owner}/${name}`;
}

function statusOf(ahead: number, behind: number): string {
  if (ahead > 0) return behind > 0 ? 'diverged' : 'ahead';
  return behind > 0 ? 'behind' : 'identical';
}

function formatCommit({ sha, parents, author, message }: CommitNode, repository: Repository) {
  const api = apiOf(repository);
  const html = `${repository.url}/${repository.owner}/${repository.name}/commit`;
  const date = '2026-01-01T00:00:00Z';
  const person = { name: author ?? 'A person', email: 'person@example.test', date };
  return {
    sha,
    node_id: `C_${sha}`,
    url: `${api}/commits/${sha}`,
    html_url: `${html}/${sha}`,
    comments_url: `${api}/commits/${sha}/comments`,
    commit: {
      url: `${api}/git/commits/${sha}`,
      author: person,
      committer: person,
      message: message ?? `Commit ${sha.slice(0, 7)}`,
      tree: { sha, url: `${api}/git/trees/${sha}` },
      comment_count: 0,
    },
    author: null,
    committer: null,
    parents: parents.map((parent) => ({
      sha: parent,
      url: `${api}/commits/${parent}`,
      html_url: `${html}/${parent}`,
    })),
  };
}
