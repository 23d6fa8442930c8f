import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { startBlobEmulator } from './blob-emulator.ts';
import { type CacheScope, readToken, signToken } from './cache-token.ts';

export type { CacheScope } from './cache-token.ts';

/**
 * What goes wrong. `down`: nothing listens · `error`: 500 · `rate-limit`: 429 · `slow`: never answers · `reset`: the
 * connection is cut · `truncated`: a download is cut in the middle · `corrupt`: a download arrives with a changed byte ·
 * `upload-refused`: the upload's address has run out · `finalize-refused`: the upload cannot be completed.
 */
export type CacheFault =
  | 'down'
  | 'error'
  | 'rate-limit'
  | 'slow'
  | 'reset'
  | 'truncated'
  | 'corrupt'
  | 'upload-refused'
  | 'finalize-refused';

/** An entry that is complete. */
export interface CacheEntry {
  readonly key: string;
  readonly version: string;
  readonly ref: string;
  readonly bytes: number;
}

export interface CacheService {
  /** What the runner gives an action whose token opens `scopes`, searched in this order. */
  environment(scopes: readonly CacheScope[]): Record<string, string>;
  /** Complete entries, oldest first. */
  entries(): readonly CacheEntry[];
  /** Calls so far: the method and the keys named. */
  calls(): readonly { readonly method: string; readonly keys: readonly string[] }[];
  /** Calls that arrived and never get an answer, because of `slow`. */
  unanswered(): number;
  /** Sets what goes wrong from now on; null: nothing. */
  fault(fault: CacheFault | null): Promise<void>;
  /** Puts an archive into a scope, as a job with a token for it could. The default version is that of Tare's entries. */
  plant(entry: { key: string; ref: string; archive: Buffer; version?: string }): Promise<void>;
  /** Drops all entries, as GitHub does with those that nobody used for a week. */
  evict(): void;
  /** The stored archive. */
  archive(key: string, ref: string): Promise<Buffer>;
  close(): Promise<void>;
}

/** Scopes as GitHub gives them. */
export const MAIN: readonly CacheScope[] = [{ ref: 'refs/heads/main', permission: 'both' }];
export const READ_ONLY_MAIN: readonly CacheScope[] = [{ ref: 'refs/heads/main', permission: 'read' }];
export function pullRequestScopes(number: number): readonly CacheScope[] {
  return [{ ref: `refs/pull/${number}/merge`, permission: 'both' }, ...READ_ONLY_MAIN];
}

/** The version that @actions/cache gives to Tare's entries: hash of its one path, compression and salt. */
export function entryVersion(compression: 'zstd-without-long' | 'gzip' = 'zstd-without-long'): string {
  return createHash('sha256').update(['.tare-baseline', compression, '1.0'].join('|')).digest('hex');
}

interface Stored {
  readonly id: number;
  readonly key: string;
  readonly version: string;
  readonly ref: string;
  readonly blob: string;
  /** null: reserved, not complete. */
  bytes: number | null;
}

/**
 * GitHub's cache service, version 2, as far as @actions/cache uses it: three Twirp methods in front of a blob store, scopes
 * from the token, entries that cannot be replaced, the newest match by prefix, and faults on demand. On 127.0.0.1 only.
 */
export async function startCacheService(): Promise<CacheService> {
  const blobs = await startBlobEmulator();
  const secret = randomBytes(32);
  const stored: Stored[] = [];
  const calls: { method: string; keys: string[] }[] = [];
  let fault: CacheFault | null = null;
  let unanswered = 0;
  let origin = '';

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(400, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ code: 'malformed', msg: String(error) }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  origin = `http://127.0.0.1:${port}`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const download = /^\/download\/([\w-]+)$/.exec(request.url ?? '')?.[1];
    if (download !== undefined) return spoiled(download, response);
    const body = await readBody(request);
    if (fault === 'slow') {
      unanswered += 1;
      return;
    }
    if (fault === 'reset') return void request.socket.destroy();
    if (fault === 'error') return reply(response, 500, { code: 'internal', msg: 'internal error' });
    if (fault === 'rate-limit') {
      response.setHeader('retry-after', '30');
      return reply(response, 429, { code: 'resource_exhausted', msg: 'rate limit exceeded' });
    }
    const scopes = readToken(request.headers.authorization, secret);
    if (scopes === null) return reply(response, 401, { code: 'unauthenticated', msg: 'invalid token' });
    const prefix = '/twirp/github.actions.results.api.v1.CacheService/';
    const method = request.url?.startsWith(prefix) === true ? request.url.slice(prefix.length) : '';
    const handler = methods[method];
    if (handler === undefined)
      return reply(response, 404, { code: 'bad_route', msg: `no route ${request.url}` });
    const [status, value] = handler(JSON.parse(body), scopes);
    reply(response, status, value);
  }

  type Handler = (body: unknown, scopes: readonly CacheScope[]) => readonly [number, object];
  const methods: Readonly<Record<string, Handler>> = {
    CreateCacheEntry(body, scopes) {
      const { key, version } = entryRequest.parse(body);
      calls.push({ method: 'CreateCacheEntry', keys: [key] });
      const scope = scopes.find(({ permission }) => permission !== 'read');
      if (scope === undefined)
        return [
          200,
          { ok: false, signed_upload_url: '', message: 'cache write denied: token has no writable scopes' },
        ];
      const { ref } = scope;
      if (stored.some((entry) => entry.key === key && entry.version === version && entry.ref === ref))
        return [
          409,
          { code: 'already_exists', msg: 'cache entry with the same key, version, and scope already exists' },
        ];
      const entry = { id: stored.length + 1, key, version, ref, blob: randomUUID(), bytes: null };
      stored.push(entry);
      const address = blobs.address(entry.blob, 'w', fault === 'upload-refused');
      return [200, { ok: true, signed_upload_url: address, message: '' }];
    },
    FinalizeCacheEntryUpload(body, scopes) {
      const { key, version, size_bytes } = finalizeRequest.parse(body);
      calls.push({ method: 'FinalizeCacheEntryUpload', keys: [key] });
      const refs = scopes.filter(({ permission }) => permission !== 'read').map(({ ref }) => ref);
      const entry = stored.find(
        (candidate) => candidate.key === key && candidate.version === version && refs.includes(candidate.ref),
      );
      if (entry === undefined || fault === 'finalize-refused')
        return [200, { ok: false, entry_id: '0', message: 'cache entry could not be finalized' }];
      entry.bytes = size_bytes;
      return [200, { ok: true, entry_id: String(entry.id), message: '' }];
    },
    GetCacheEntryDownloadURL(body, scopes) {
      const { key, version, restore_keys } = lookupRequest.parse(body);
      calls.push({ method: 'GetCacheEntryDownloadURL', keys: [key, ...restore_keys] });
      const readable = scopes.filter(({ permission }) => permission !== 'write');
      if (readable.length === 0)
        return [403, { code: 'permission_denied', msg: 'cache read denied: token has no readable scopes' }];
      const entry = match(stored, readable, version, [key, ...restore_keys]);
      if (entry === undefined) return [200, { ok: false, signed_download_url: '', matched_key: '' }];
      const spoil = fault === 'truncated' || fault === 'corrupt';
      const address = spoil ? `${origin}/download/${entry.blob}` : blobs.address(entry.blob, 'r');
      return [200, { ok: true, signed_download_url: address, matched_key: entry.key }];
    },
  };

  async function spoiled(blob: string, response: ServerResponse): Promise<void> {
    const content = await blobs.read(blob);
    const half = Math.floor(content.length / 2);
    response.writeHead(200, { 'content-length': content.length });
    if (fault === 'truncated') {
      response.write(content.subarray(0, half), () => response.destroy());
      return;
    }
    content[half] = (content[half] ?? 0) ^ 0xff;
    response.end(content);
  }

  async function stopListening(): Promise<void> {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }

  const locate = (key: string, ref: string): Stored => {
    const entry = stored.find((candidate) => candidate.key === key && candidate.ref === ref);
    if (entry === undefined) throw new Error(`no entry ${key} in ${ref}`);
    return entry;
  };

  return {
    environment: (scopes) => ({
      ACTIONS_CACHE_SERVICE_V2: '1',
      ACTIONS_RESULTS_URL: `${origin}/`,
      ACTIONS_RUNTIME_TOKEN: signToken(scopes, secret),
      GITHUB_SERVER_URL: 'http://github.localhost',
    }),
    entries: () =>
      stored.flatMap(({ key, version, ref, bytes }) =>
        bytes === null ? [] : [{ key, version, ref, bytes }],
      ),
    calls: () => calls,
    unanswered: () => unanswered,
    fault: async (next) => {
      fault = next;
      if (next === 'down') return stopListening();
      server.closeAllConnections();
      if (server.listening) return;
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
    plant: async ({ key, ref, archive, version = entryVersion() }) => {
      const blob = randomUUID();
      await blobs.write(blob, archive);
      stored.push({ id: stored.length + 1, key, version, ref, blob, bytes: archive.length });
    },
    evict: () => {
      stored.length = 0;
    },
    archive: (key, ref) => blobs.read(locate(key, ref).blob),
    close: async () => {
      await stopListening();
      await blobs.close();
    },
  };
}

/** Scope by scope: the exact key first, then each key in order as a prefix, the newest entry of a prefix. */
function match(
  stored: readonly Stored[],
  scopes: readonly CacheScope[],
  version: string,
  keys: readonly string[],
): Stored | undefined {
  for (const { ref } of scopes) {
    const here = stored.filter(
      (entry) => entry.ref === ref && entry.version === version && entry.bytes !== null,
    );
    const exact = here.find((entry) => entry.key === keys[0]);
    if (exact !== undefined) return exact;
    for (const key of keys) {
      const newest = here.findLast((entry) => entry.key.startsWith(key));
      if (newest !== undefined) return newest;
    }
  }
  return undefined;
}

const key = z
  .string()
  .min(1)
  .max(512)
  .regex(/^[^,]*$/);
const version = z.string().regex(/^[0-9a-f]{64}$/);
const entryRequest = z.object({ key, version });
const finalizeRequest = z.object({ key, version, size_bytes: z.coerce.number().int().positive() });
const lookupRequest = z.object({ key, version, restore_keys: z.array(key).max(9).default([]) });

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

function reply(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}
