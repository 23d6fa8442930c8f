import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { z } from 'zod';
import type { GitHistory } from './git-history.ts';
import { ACTIONS, ActionsData } from './github-actions.ts';
import { COMMANDS, CommandData } from './github-commands.ts';
import { type Fault, faults } from './github-faults.ts';
import { answerGitData, GIT_DATA } from './github-git-data.ts';
import { type LabelEvent, listLabelEvents, listLabels } from './github-labels.ts';
import {
  asGitHub,
  compareCommits,
  jsonReply,
  listCommits,
  notAccessible,
  withHead,
} from './github-replies.ts';
import { type Actor, type GitHubState, type Permissions, startState } from './github-state.ts';
import { apiDescription, type WireReply, type WireRequest } from './openapi.ts';

export interface GitHubSeed {
  /** Default `octo`. */
  readonly owner?: string;
  /** Default `widget`. */
  readonly repository?: string;
  /** Logins besides the owner. */
  readonly people?: readonly string[];
  /** Slugs of installed apps besides `github-actions`. */
  readonly apps?: readonly string[];
  /** How many open pull requests there are, numbered from 1. Default 1. */
  readonly pullRequests?: number;
  /** Answers the commit and compare endpoints. Without it they show the emulator's own single commit. */
  readonly history?: GitHistory;
  /** Bare repository, absolute, that answers the Git Data API. Without it the emulator's own objects do. */
  readonly gitDirectory?: () => string;
}

export interface RecordedRequest {
  /** GitHub's name of the operation, e.g. `issues/create-comment`; `graphql` for GraphQL. */
  readonly operation: string;
  readonly method: string;
  readonly target: string;
  readonly body: string;
  /** null: the connection was broken on purpose. */
  readonly status: number | null;
}

export interface ApiComment {
  readonly id: number;
  readonly login: string;
  readonly body: string;
}

export interface ApiIssue {
  readonly number: number;
  readonly login: string;
  readonly title: string;
  readonly body: string;
  readonly state: string;
}

/** GitHub's REST API on loopback: stateful, every request and reply checked against GitHub's published description. */
export interface GitHubApi {
  /** For GITHUB_API_URL. */
  readonly url: string;
  readonly owner: string;
  readonly repository: string;
  readonly requests: readonly RecordedRequest[];
  /** Artifacts, statuses, and where pull requests come from. */
  readonly actions: ActionsData;
  /** Runs that can be started again, what people may do, reactions. */
  readonly commands: CommandData;
  /** Requests and replies that were not as described, with the reason. */
  readonly violations: readonly string[];
  /** A GITHUB_TOKEN with these permissions. Default: what the README's workflow asks for. `slug`: another installed app. */
  token(permissions?: Permissions, slug?: string): Promise<string>;
  /** A person's token. */
  personToken(login: string): string;
  /** Breaks the next `times` requests (default: all) of an operation (`issues/create-comment`, `graphql`, or `*`). */
  fault(operation: string, fault: Fault, times?: number): void;
  /** Ends all faults. */
  repair(): void;
  /** Runs once, right before the next request of the operation is carried out: somebody else acts in between. */
  before(operation: string, act: () => Promise<void>): void;
  /** All comments of a pull request, oldest first. */
  comments(pullRequest: number): Promise<readonly ApiComment[]>;
  addComment(pullRequest: number, body: string, token: string): Promise<number>;
  deleteComment(id: number): Promise<void>;
  /** A person puts a label on a pull request, or takes it away. */
  label(pullRequest: number, label: string, login: string, event?: LabelEvent['event']): Promise<void>;
  /** From now on GitHub says that every commit was brought by this pull request, merged; null: by none that it knows. */
  brings(pullRequest: number | null): void;
  /** All issues that are no pull requests, oldest first. */
  issues(): Promise<readonly ApiIssue[]>;
  addIssue(title: string, body: string, token: string): Promise<void>;
  closeIssue(number: number): Promise<void>;
  /** Moves a pull request's head. */
  setHead(pullRequest: number, sha: string): void;
  /** Stops it. Throws when a request or reply was not as described. */
  close(): Promise<void>;
}

export async function startGitHubApi(seed: GitHubSeed = {}): Promise<GitHubApi> {
  const { owner = 'octo', repository = 'widget', people = [], apps = [], pullRequests = 1 } = seed;
  const state = await startState({ owner, repository, people, apps, pullRequests });
  const api = new Api(
    { owner, repository, history: seed.history ?? null, gitDirectory: seed.gitDirectory ?? null },
    state,
  );
  await api.listen();
  return api;
}

interface Planned {
  readonly operation: string;
  readonly fault: Fault;
  left: number;
}

interface ApiSettings {
  readonly owner: string;
  readonly repository: string;
  readonly history: GitHistory | null;
  readonly gitDirectory: (() => string) | null;
}

const README_PERMISSIONS: Permissions = { contents: 'write', issues: 'write', pull_requests: 'write' };
const MAX_COMMENT = 65_536;

class Api implements GitHubApi {
  readonly owner: string;
  readonly repository: string;
  readonly requests: RecordedRequest[] = [];
  readonly violations: string[] = [];
  readonly actions = new ActionsData();
  readonly commands = new CommandData();
  readonly #history: GitHistory | null;
  readonly #gitDirectory: (() => string) | null;
  readonly #state: GitHubState;
  readonly #description = apiDescription();
  readonly #server: Server;
  readonly #planned: Planned[] = [];
  readonly #acts: { readonly operation: string; readonly act: () => Promise<void> }[] = [];
  readonly #labels: LabelEvent[] = [];
  #bringing: number | null = null;
  readonly #heads = new Map<string, string>();
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor({ owner, repository, history, gitDirectory }: ApiSettings, state: GitHubState) {
    this.owner = owner;
    this.repository = repository;
    this.#history = history;
    this.#gitDirectory = gitDirectory;
    this.#state = state;
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch((error: unknown) => {
        this.violations.push(`The test API itself failed on ${request.method} ${request.url}: ${error}`);
        response.destroy();
      });
    });
  }

  get url(): string {
    const address = this.#server.address();
    if (typeof address !== 'object' || address === null) throw new Error('The test API does not listen.');
    return `http://127.0.0.1:${address.port}`;
  }

  async listen(): Promise<void> {
    await this.actions.listen();
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
  }

  token(permissions: Permissions = README_PERMISSIONS, slug = 'github-actions'): Promise<string> {
    return this.#state.appToken(slug, { metadata: 'read', ...permissions });
  }

  personToken(login: string): string {
    return this.#state.personToken(login);
  }

  fault(operation: string, fault: Fault, times = Number.POSITIVE_INFINITY): void {
    this.#planned.push({ operation, fault, left: times });
  }

  repair(): void {
    this.#planned.length = 0;
  }

  before(operation: string, act: () => Promise<void>): void {
    this.#acts.push({ operation, act });
  }

  async comments(pullRequest: number): Promise<readonly ApiComment[]> {
    const all: ApiComment[] = [];
    for (let page = 1; ; page += 1) {
      const target = `${this.#root}/issues/${pullRequest}/comments?per_page=100&page=${page}`;
      const reply = await this.#state.send(this.personToken(this.owner), 'GET', target);
      const comments = z.array(commentSchema).parse(JSON.parse(reply.body));
      all.push(...comments.map(({ id, body, user }) => ({ id, body, login: user.login })));
      if (comments.length < 100) return all;
    }
  }

  async addComment(pullRequest: number, body: string, token: string): Promise<number> {
    const reply = await this.#state.send(token, 'POST', `${this.#root}/issues/${pullRequest}/comments`, {
      body,
    });
    return commentSchema.parse(JSON.parse(reply.body)).id;
  }

  async issues(): Promise<readonly ApiIssue[]> {
    const target = `${this.#root}/issues?state=all&per_page=100`;
    const reply = await this.#state.send(this.personToken(this.owner), 'GET', target);
    const issues = z.array(issueSchema).parse(JSON.parse(reply.body));
    return issues.map(({ user, ...issue }) => ({ ...issue, login: user.login })).toReversed();
  }

  async addIssue(title: string, body: string, token: string): Promise<void> {
    const reply = await this.#state.send(token, 'POST', `${this.#root}/issues`, { title, body });
    issueSchema.parse(JSON.parse(reply.body));
  }

  async closeIssue(number: number): Promise<void> {
    const target = `${this.#root}/issues/${number}`;
    const reply = await this.#state.send(this.personToken(this.owner), 'PATCH', target, { state: 'closed' });
    issueSchema.parse(JSON.parse(reply.body));
  }

  async deleteComment(id: number): Promise<void> {
    const target = `${this.#root}/issues/comments/${id}`;
    const reply = await this.#state.send(this.personToken(this.owner), 'DELETE', target);
    if (reply.status !== 204)
      throw new Error(`Could not delete comment ${id}: ${reply.status} ${reply.body}`);
  }

  async label(
    pullRequest: number,
    label: string,
    login: string,
    event: LabelEvent['event'] = 'labeled',
  ): Promise<void> {
    const reply = asGitHub(
      await this.#state.send(this.personToken(this.owner), 'GET', `/users/${login}`),
      this.#state,
      this.url,
      false,
    );
    const actor = z.record(z.string(), z.unknown()).parse(JSON.parse(reply.body));
    this.#labels.push({ pullRequest, event, label, actor });
  }

  brings(pullRequest: number | null): void {
    this.#bringing = pullRequest;
  }

  setHead(pullRequest: number, sha: string): void {
    this.#heads.set(String(pullRequest), sha);
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await Promise.all([closed, this.#state.close(), this.actions.close()]);
    if (this.violations.length > 0) {
      throw new Error(`Not as GitHub describes its API:\n${this.violations.join('\n')}`);
    }
  }

  get #root(): string {
    return `/repos/${this.owner}/${this.repository}`;
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(incoming);
    const operation = this.#operationOf(request);
    const record = (status: number | null) => {
      const { method, target, body } = request;
      this.requests.push({ operation, method, target, body, status });
    };
    const fault = this.#nextFault(operation);
    if (fault?.kind === 'reset') {
      record(null);
      response.destroy();
      return;
    }
    if (fault?.kind === 'foreign') {
      record(fault.status);
      await send(
        response,
        { status: fault.status, headers: { 'content-type': 'text/html' }, body: fault.body },
        false,
      );
      return;
    }
    if (fault?.kind === 'slow') await this.#delay(fault.seconds);
    const reply = await this.#reply(operation, request, fault);
    record(fault?.kind === 'reset-after' ? null : reply.status);
    if (fault?.kind === 'reset-after') response.destroy();
    else await send(response, reply, fault?.kind === 'cut');
  }

  /** Answers a request, and notes what is not as described about it or about the answer. */
  async #reply(operation: string, request: WireRequest, fault: Fault | null): Promise<WireReply> {
    const actor = this.#actorOf(request);
    const wrong = operation === 'graphql' ? checkViewer(request) : this.#description.checkRequest(request);
    if (wrong.length > 0) {
      this.#note(request, wrong);
      return jsonReply(400, { message: `Not as described: ${wrong.join('; ')}` });
    }
    const reply =
      fault?.kind === 'refusal'
        ? jsonReply(fault.status, fault.body, fault.headers)
        : await this.#carryOut(operation, request, actor);
    const described = this.#description.operationFor(request);
    if (described !== null) this.#note(request, this.#description.checkReply(described, reply), reply.status);
    return reply;
  }

  async #carryOut(operation: string, request: WireRequest, actor: Actor | null): Promise<WireReply> {
    if (actor === null)
      return jsonReply(401, { message: 'Bad credentials', documentation_url: DOCS, status: '401' });
    await this.#act(operation);
    if (operation === 'graphql') return jsonReply(200, { data: { viewer: { login: actor.login } } });
    if (operation === 'users/get-authenticated' && actor.kind === 'Bot') return notAccessible();
    const place = { owner: this.owner, name: this.repository, url: this.url };
    if (this.#history !== null && operation === 'repos/list-commits') {
      return listCommits(this.#history, place, request.target);
    }
    if (this.#history !== null && operation === 'repos/compare-commits-with-basehead') {
      return compareCommits(this.#history, place, request.target);
    }
    if (operation === 'issues/list-events') return listLabelEvents(this.#labels, request.target, this.url);
    if (operation === 'issues/list-labels-on-issue')
      return listLabels(this.#labels, request.target, this.url);
    const isKnown = this.#bringing !== null || this.#gitDirectory !== null;
    if (operation === 'repos/list-pull-requests-associated-with-commit' && isKnown) {
      if (!mayUse(actor, 'read', 'pull_requests')) return notAccessible();
      return this.#bringing === null ? jsonReply(200, []) : this.#merged(this.#bringing, request, actor);
    }
    const right = GIT_DATA[operation];
    if (this.#gitDirectory !== null && right !== undefined) {
      if (!mayUse(actor, right)) return notAccessible();
      return answerGitData(this.#gitDirectory(), operation, request, place);
    }
    if (operation in COMMANDS) return this.commands.answer(operation, request, place, actor.permissions);
    if (operation in ACTIONS) return this.actions.answer(operation, request, place, actor.permissions);
    if (operation === 'pulls/list') return this.#listPulls(request, actor);
    if (COMMENT_WRITES.has(operation) && isTooLong(request.body)) return refused(faults.tooLong);
    const { method, target, body } = request;
    const reply = await this.#state.send(tokenIn(request), method, target, body === '' ? undefined : body);
    const shown = asGitHub(reply, this.#state, this.url, actor.kind === 'Bot');
    if (operation !== 'pulls/get' || shown.status !== 200) return shown;
    const placed = jsonReply(200, this.actions.placed(recordSchema.parse(JSON.parse(shown.body))));
    return withHead(placed, this.#heads.get(target.split('/').at(-1) ?? ''));
  }

  /** Every pull request on one page, at the place that it was given. */
  async #listPulls(request: WireRequest, actor: Actor): Promise<WireReply> {
    const wanted = new URL(request.target, this.url).searchParams;
    const all = `${this.#root}/pulls?state=all&per_page=100`;
    const reply = await this.#state.send(tokenIn(request), 'GET', all);
    const shown = asGitHub(reply, this.#state, this.url, actor.kind === 'Bot');
    if (shown.status !== 200) return shown;
    const [head, state] = [wanted.get('head'), wanted.get('state') ?? 'open'];
    const pulls = z
      .array(recordSchema)
      .parse(JSON.parse(shown.body))
      .map((pull) => this.actions.placed(pull))
      .filter((pull) => head === null || this.actions.isOf(pull, head))
      .filter((pull) => state === 'all' || pull['state'] === state);
    return jsonReply(200, pulls);
  }

  /** A pull request, as one that was merged. */
  async #merged(number: number, request: WireRequest, actor: Actor): Promise<WireReply> {
    const all = await this.#listPulls({ ...request, target: `${this.#root}/pulls?state=all` }, actor);
    const pulls = z.array(recordSchema).parse(JSON.parse(all.body));
    const brought = pulls.filter((pull) => pull['number'] === number);
    return jsonReply(
      200,
      brought.map((pull) => ({ ...pull, state: 'closed', merged_at: '2026-11-20T10:00:00Z' })),
    );
  }

  async #act(operation: string): Promise<void> {
    const index = this.#acts.findIndex((entry) => entry.operation === operation);
    if (index >= 0) await this.#acts.splice(index, 1)[0]?.act();
  }

  #operationOf(request: WireRequest): string {
    if (request.method === 'POST' && request.target === '/graphql') return 'graphql';
    return this.#description.operationFor(request)?.id ?? 'unknown';
  }

  #nextFault(operation: string): Fault | null {
    const planned = this.#planned.find(
      (p) => p.left > 0 && (p.operation === operation || p.operation === '*'),
    );
    if (planned === undefined) return null;
    planned.left -= 1;
    return planned.fault;
  }

  #actorOf(request: WireRequest): Actor | null {
    if (request.headers['authorization'] === undefined) this.#note(request, ['no authorization header']);
    return this.#state.actors.get(tokenIn(request)) ?? null;
  }

  #note(request: WireRequest, wrong: readonly string[], status?: number): void {
    const where = status === undefined ? 'request' : `reply ${status}`;
    for (const reason of wrong)
      this.violations.push(`${where} ${request.method} ${request.target}: ${reason}`);
  }

  #delay(seconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.#timers.add(setTimeout(resolve, seconds * 1000));
    });
  }
}

/** Whether a token has a right to something of the repository's; writing includes reading. */
function mayUse({ permissions }: Actor, right: 'read' | 'write', to = 'contents'): boolean {
  const given = permissions === null ? 'write' : permissions[to];
  return given === 'write' || given === right;
}

const recordSchema = z.record(z.string(), z.unknown());
const DOCS = 'https://docs.github.com/rest';
const COMMENT_WRITES = new Set(['issues/create-comment', 'issues/update-comment']);
const issueSchema = z.object({
  number: z.number(),
  title: z.string(),
  body: z.string(),
  state: z.string(),
  user: z.object({ login: z.string() }),
});
const commentSchema = z.object({ id: z.number(), body: z.string(), user: z.object({ login: z.string() }) });

function isTooLong(body: string): boolean {
  const parsed = z.object({ body: z.string() }).safeParse(JSON.parse(body));
  return parsed.success && [...parsed.data.body].length > MAX_COMMENT;
}

function refused(fault: Fault): WireReply {
  if (fault.kind !== 'refusal') throw new Error('Only a refusal is a reply.');
  return jsonReply(fault.status, fault.body, fault.headers);
}

/** The one GraphQL query that is answered: who am I. */
function checkViewer(request: WireRequest): string[] {
  const parsed = z
    .object({ query: z.string().regex(/^\s*(query\s*)?\{\s*viewer\s*\{\s*login\s*\}\s*\}\s*$/) })
    .safeParse(JSON.parse(request.body));
  return parsed.success ? [] : ['this GraphQL query is not known to the test API'];
}

function tokenIn(request: WireRequest): string {
  return (request.headers['authorization'] ?? '').replace(/^(token|bearer) /i, '');
}

async function readRequest(incoming: IncomingMessage): Promise<WireRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]);
  return {
    method: incoming.method ?? '',
    target: incoming.url ?? '',
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks).toString('utf8'),
  };
}

function send(response: ServerResponse, reply: WireReply, cut: boolean): Promise<void> {
  return new Promise((resolve) => {
    const body = Buffer.from(reply.body, 'utf8');
    response.once('close', resolve);
    response.writeHead(reply.status, { ...reply.headers, 'content-length': body.length });
    if (cut) response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy());
    else response.end(reply.status === 204 ? undefined : body);
  });
}
