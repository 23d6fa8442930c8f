import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { z } from 'zod';
import { jsonReply, notAccessible, type Repository } from './github-replies.ts';
import type { Permissions } from './github-state.ts';
import type { WireReply, WireRequest } from './openapi.ts';

export interface ArtifactDraft {
  readonly runId: string;
  /** Default `tare-report`. */
  readonly name?: string;
  readonly archive: Buffer;
  readonly expired?: boolean;
  /** What the list says of its size. Default: the true one. */
  readonly bytes?: number;
  /** The run that GitHub says it belongs to. Default: the one that it is listed for. */
  readonly ofRun?: string;
}

export interface WrittenStatus {
  readonly sha: string;
  readonly state: string;
  readonly context: string;
  readonly description: string | null;
  readonly target_url: string | null;
}

/** Where a pull request's branch lies. */
export interface PullPlace {
  readonly branch: string;
  readonly sha: string;
  readonly repository: { readonly id: number; readonly full_name: string } | null;
  readonly state?: 'open' | 'closed';
  readonly baseRef?: string;
}

/** Operations that are answered here, and what the token needs for each. */
export const ACTIONS: Readonly<Record<string, readonly [permission: string, right: 'read' | 'write']>> = {
  'actions/list-workflow-run-artifacts': ['actions', 'read'],
  'actions/download-artifact': ['actions', 'read'],
  'repos/create-commit-status': ['statuses', 'write'],
};

/** Artifacts of workflow runs, commit statuses, and where pull requests come from: what the emulator has not. */
export class ActionsData {
  readonly statuses: WrittenStatus[] = [];
  /** Authorization headers that reached the store of the artifacts; undefined for none. */
  readonly downloads: (string | undefined)[] = [];
  readonly #artifacts: (ArtifactDraft & { readonly id: number })[] = [];
  readonly #pulls = new Map<number, PullPlace>();
  readonly #store: Server;

  constructor() {
    this.#store = createServer((request, response) => {
      this.downloads.push(request.headers.authorization);
      const id = Number(/^\/artifact\/(\d+)\?signed=/.exec(request.url ?? '')?.[1]);
      const archive = this.#artifacts.find((artifact) => artifact.id === id)?.archive;
      if (archive === undefined) response.writeHead(404).end();
      // A store that does not say how much comes.
      else response.writeHead(200, { 'content-type': 'application/zip' }).end(archive);
    });
  }

  async listen(): Promise<void> {
    this.#store.listen(0, '127.0.0.1');
    await once(this.#store, 'listening');
  }

  async close(): Promise<void> {
    const closed = once(this.#store, 'close');
    this.#store.close();
    this.#store.closeAllConnections();
    await closed;
  }

  /** Its id. */
  addArtifact(draft: ArtifactDraft): number {
    const id = 9000 + this.#artifacts.length;
    this.#artifacts.push({ ...draft, id });
    return id;
  }

  /** Says where a pull request's branch lies. */
  place(number: number, place: PullPlace): void {
    this.#pulls.set(number, place);
  }

  /** A pull request's JSON with the place that it was given. */
  placed(pull: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const { number, head, base } = pullSchema.parse(pull);
    const place = this.#pulls.get(number);
    if (place === undefined) return { ...pull };
    const { branch, sha, repository, state = 'open' } = place;
    const [owner = ''] = (repository?.full_name ?? 'ghost/gone').split('/');
    const repo = repository === null ? null : repositoryOf(head['repo'], repository, owner);
    return {
      ...pull,
      state,
      head: { ...head, ref: branch, sha, label: `${owner}:${branch}`, repo },
      base: { ...base, ref: place.baseRef ?? base['ref'] },
    };
  }

  /** Whether a pull request is of the head that a list was asked for, `owner:branch`. */
  isOf(pull: Readonly<Record<string, unknown>>, head: string): boolean {
    const { head: side } = pullSchema.parse(pull);
    return side['label'] === head;
  }

  async answer(
    operation: string,
    { target, body }: WireRequest,
    repository: Repository,
    permissions: Permissions | null,
  ): Promise<WireReply> {
    const [permission, right] = ACTIONS[operation] ?? ['', 'write'];
    const given = permissions === null ? 'write' : permissions[permission];
    if (given !== 'write' && given !== right) return notAccessible();
    const url = new URL(target, repository.url);
    const path = url.pathname.split('/');
    if (operation === 'actions/list-workflow-run-artifacts')
      return this.#list(url, path[6] ?? '', repository);
    if (operation === 'actions/download-artifact') return this.#download(Number(path[6]));
    return this.#writeStatus(path[5] ?? '', body, repository);
  }

  #list(url: URL, runId: string, repository: Repository): WireReply {
    const name = url.searchParams.get('name');
    const found = this.#artifacts.filter(
      (artifact) => artifact.runId === runId && (name === null || (artifact.name ?? 'tare-report') === name),
    );
    const artifacts = found.map(({ id, archive, bytes, expired, ofRun, ...draft }) => ({
      id,
      node_id: `A_${id}`,
      name: draft.name ?? 'tare-report',
      size_in_bytes: bytes ?? archive.length,
      url: `${repository.url}/repos/${repository.owner}/${repository.name}/actions/artifacts/${id}`,
      archive_download_url: `${repository.url}/repos/${repository.owner}/${repository.name}/actions/artifacts/${id}/zip`,
      expired: expired ?? false,
      created_at: DATE,
      expires_at: DATE,
      updated_at: DATE,
      workflow_run: { id: Number(ofRun ?? runId) },
    }));
    return jsonReply(200, { total_count: artifacts.length, artifacts });
  }

  #download(id: number): WireReply {
    const artifact = this.#artifacts.find((each) => each.id === id);
    if (artifact === undefined) return jsonReply(404, { message: 'Not Found', documentation_url: DOCS });
    if (artifact.expired === true) {
      return jsonReply(410, { message: 'Artifact has expired', documentation_url: DOCS });
    }
    const address = this.#store.address();
    if (typeof address !== 'object' || address === null)
      throw new Error('The artifact store does not listen.');
    const location = `http://127.0.0.1:${address.port}/artifact/${id}?signed=yes`;
    return { status: 302, headers: { location }, body: '' };
  }

  #writeStatus(sha: string, body: string, repository: Repository): WireReply {
    const status = statusSchema.parse(JSON.parse(body));
    this.statuses.push({ sha, ...status });
    const url = `${repository.url}/repos/${repository.owner}/${repository.name}/statuses/${sha}`;
    const rest = {
      id: this.statuses.length,
      node_id: 'S_1',
      avatar_url: null,
      created_at: DATE,
      updated_at: DATE,
    };
    return jsonReply(201, { url, ...rest, ...status, creator: null });
  }
}

const DATE = '2026-11-20T12:00:00Z';
const DOCS = 'https://docs.github.com/rest';
const recordSchema = z.record(z.string(), z.unknown());
const pullSchema = z.looseObject({ number: z.number(), head: recordSchema, base: recordSchema });
const statusSchema = z.object({
  state: z.string(),
  context: z.string().default('default'),
  description: z.string().nullable().default(null),
  target_url: z.string().nullable().default(null),
});

function repositoryOf(
  repository: unknown,
  { id, full_name }: { readonly id: number; readonly full_name: string },
  login: string,
): Record<string, unknown> {
  const known = recordSchema.parse(repository);
  const owner = recordSchema.parse(known['owner']);
  return { ...known, id, full_name, owner: { ...owner, login } };
}
