import { createSign, generateKeyPairSync } from 'node:crypto';
import { createEmulator, type Emulator } from 'emulate';
import { z } from 'zod';
import type { WireReply } from './openapi.ts';

export type Permissions = Readonly<Record<string, 'read' | 'write'>>;

/** Whom a token speaks for. */
export interface Actor {
  readonly login: string;
  readonly kind: 'User' | 'Bot';
  /** Of an app's token; null: a person, who may do all. */
  readonly permissions: Permissions | null;
}

export interface StateSeed {
  readonly owner: string;
  readonly repository: string;
  /** People other than the owner. */
  readonly people: readonly string[];
  /** Slugs of installed apps; `github-actions` is always one. */
  readonly apps: readonly string[];
  readonly pullRequests: number;
}

/** The stateful part of the API: `emulate`'s GitHub, and the tokens that it knows. */
export interface GitHubState {
  /** Its own addresses, as they stand in its replies. */
  readonly origins: readonly string[];
  readonly actors: ReadonlyMap<string, Actor>;
  /** A person's token. */
  personToken(login: string): string;
  /** An installation token of an app with exactly these permissions, as a workflow's `permissions:` gives them. */
  appToken(slug: string, permissions: Permissions): Promise<string>;
  /** Straight to the state, past the checks. */
  send(token: string, method: string, target: string, body?: unknown): Promise<WireReply>;
  close(): Promise<void>;
}

const GRANTED: Permissions = {
  actions: 'write',
  checks: 'write',
  contents: 'write',
  issues: 'write',
  metadata: 'read',
  pull_requests: 'write',
  statuses: 'write',
};

/** Starts the emulator on a free loopback port and fills it: one repository, its people, its apps, its pull requests. */
export async function startState(seed: StateSeed): Promise<GitHubState> {
  const privateKey = appKey();
  const slugs = [...new Set(['github-actions', ...seed.apps])];
  const people = [...new Set([seed.owner, ...seed.people])];
  const emulator = await createEmulator({
    service: 'github',
    port: 0,
    seed: seedFor(seed, people, slugs, privateKey),
  });
  return await filled(new State(emulator, people, slugs, privateKey), seed);
}

let key: string | undefined;

/** One key per process for all apps. */
function appKey(): string {
  key ??= generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
  }).privateKey;
  return key;
}

function seedFor(seed: StateSeed, people: readonly string[], slugs: readonly string[], privateKey: string) {
  return {
    tokens: Object.fromEntries(people.map((login) => [tokenOf(login), { login, scopes: ['repo'] }])),
    github: {
      users: people.map((login) => ({ login, email: `${login}@example.test` })),
      repos: [{ owner: seed.owner, name: seed.repository }],
      apps: slugs.map((slug, index) => ({
        app_id: index + 1,
        slug,
        name: slug,
        private_key: privateKey,
        permissions: GRANTED,
        events: [],
        installations: [{ installation_id: index + 1, account: seed.owner, permissions: GRANTED }],
      })),
    },
  };
}

async function filled(state: State, seed: StateSeed): Promise<GitHubState> {
  for (let number = 1; number <= seed.pullRequests; number += 1) {
    const draft = { title: `Pull request ${number}`, head: `change-${number}`, base: 'main' };
    const reply = await state.send(
      tokenOf(seed.owner),
      'POST',
      `/repos/${seed.owner}/${seed.repository}/pulls`,
      draft,
    );
    if (reply.status !== 201)
      throw new Error(`The emulator made no pull request: ${reply.status} ${reply.body}`);
  }
  return state;
}

class State implements GitHubState {
  readonly origins: readonly string[];
  readonly actors = new Map<string, Actor>();
  readonly #emulator: Emulator;
  readonly #slugs: readonly string[];
  readonly #privateKey: string;

  constructor(emulator: Emulator, people: readonly string[], slugs: readonly string[], privateKey: string) {
    this.#emulator = emulator;
    const { port } = new URL(emulator.url);
    this.origins = [`http://127.0.0.1:${port}`, `http://localhost:${port}`];
    this.#slugs = slugs;
    this.#privateKey = privateKey;
    for (const login of people) this.actors.set(tokenOf(login), { login, kind: 'User', permissions: null });
  }

  personToken(login: string): string {
    if (!this.actors.has(tokenOf(login))) throw new Error(`No such person in the seed: ${login}`);
    return tokenOf(login);
  }

  async appToken(slug: string, permissions: Permissions): Promise<string> {
    const id = this.#slugs.indexOf(slug) + 1;
    if (id === 0) throw new Error(`No such app in the seed: ${slug}`);
    const target = `/app/installations/${id}/access_tokens`;
    const reply = await this.send(this.#appJwt(id), 'POST', target, { permissions });
    if (reply.status !== 201) throw new Error(`The emulator gave no token: ${reply.status} ${reply.body}`);
    const { token } = z.object({ token: z.string() }).parse(JSON.parse(reply.body));
    this.actors.set(token, { login: `${slug}[bot]`, kind: 'Bot', permissions });
    return token;
  }

  async send(token: string, method: string, target: string, body?: unknown): Promise<WireReply> {
    const response = await fetch(`${this.origins[0]}${target}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', connection: 'close' },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: await response.text(),
    };
  }

  close(): Promise<void> {
    return this.#emulator.close();
  }

  /** Source: GitHub's "Generating a JSON Web Token (JWT) for a GitHub App". */
  #appJwt(appId: number): string {
    const now = Math.floor(Date.now() / 1000);
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const unsigned = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ iat: now - 60, exp: now + 540, iss: appId })}`;
    return `${unsigned}.${createSign('RSA-SHA256').update(unsigned).sign(this.#privateKey, 'base64url')}`;
  }
}

function tokenOf(login: string): string {
  return `ghp_${login}`;
}
