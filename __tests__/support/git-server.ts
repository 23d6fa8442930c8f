import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GIT_ENVIRONMENT, git } from './git.ts';

export interface GitServerSeed {
  /** `owner/name`. Default `octo/widget`. */
  readonly repository?: string;
  /** Password of `x-access-token`, needed to push. Default: everybody may push. */
  readonly token?: string;
  /** Reading needs the token too. Default false. */
  readonly private?: boolean;
}

export interface GitRequest {
  readonly method: string;
  readonly target: string;
  readonly authorized: boolean;
  readonly status: number;
}

export interface CheckoutOptions {
  /** Folder to create, absolute. */
  readonly into: string;
  /** e.g. `refs/heads/main` or `refs/pull/5/merge`. */
  readonly ref: string;
  /** Default: what the ref points to now. */
  readonly sha?: string;
  /** 0: all of the history. Default 1. */
  readonly depth?: number;
}

/** A real repository behind git's smart HTTP on loopback, with GitHub's rules for fetching and its refs for pull requests. */
export interface GitServer {
  /** For GITHUB_SERVER_URL. */
  readonly url: string;
  /** Address to clone from and push to, without credentials. */
  readonly remote: string;
  /** The bare repository, absolute. */
  readonly directory: string;
  readonly requests: readonly GitRequest[];
  /** Full SHA that a ref points to. */
  resolve(ref: string): Promise<string>;
  /**
   * Sets `refs/pull/N/head`, and `refs/pull/N/merge` to a real merge of it into the base branch; the merge commit's SHA.
   * null: they conflict, and as on GitHub there is no test merge then.
   */
  openPullRequest(number: number, head: string, base?: string): Promise<string | null>;
  /** Clones as actions/checkout does: one ref at one commit, nothing else. */
  checkout(options: CheckoutOptions): Promise<void>;
  close(): Promise<void>;
}

export async function startGitServer(seed: GitServerSeed = {}): Promise<GitServer> {
  const root = await mkdtemp(join(tmpdir(), 'tare-git-'));
  const repository = seed.repository ?? 'octo/widget';
  const directory = join(root, `${repository}.git`);
  await mkdir(directory, { recursive: true });
  await git(directory, 'init', '-q', '--bare', '-b', 'main');
  for (const [name, value] of Object.entries(AS_GITHUB)) await git(directory, 'config', name, value);
  const host = new Host(root, directory, repository, seed);
  await host.listen();
  return host;
}

/** GitHub serves any commit that it has, to full and partial clones, and takes pushes. */
const AS_GITHUB = {
  'uploadpack.allowAnySHA1InWant': 'true',
  'uploadpack.allowReachableSHA1InWant': 'true',
  'uploadpack.allowFilter': 'true',
  'http.receivepack': 'true',
  'gc.auto': '0',
};

const ALL_BRANCHES = '+refs/heads/*:refs/remotes/origin/*';

class Host implements GitServer {
  readonly directory: string;
  readonly requests: GitRequest[] = [];
  readonly #root: string;
  readonly #repository: string;
  readonly #seed: GitServerSeed;
  readonly #server: Server;

  constructor(root: string, directory: string, repository: string, seed: GitServerSeed) {
    this.directory = directory;
    this.#root = root;
    this.#repository = repository;
    this.#seed = seed;
    this.#server = createServer((request, response) => this.#serve(request, response));
  }

  get url(): string {
    const address = this.#server.address();
    if (typeof address !== 'object' || address === null) throw new Error('The git server does not listen.');
    return `http://127.0.0.1:${address.port}`;
  }

  get remote(): string {
    return `${this.url}/${this.#repository}`;
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
  }

  resolve(ref: string): Promise<string> {
    return git(this.directory, 'rev-parse', '--verify', `${ref}^{commit}`);
  }

  async openPullRequest(number: number, head: string, base = 'main'): Promise<string | null> {
    const [headSha, baseSha] = await Promise.all([this.resolve(head), this.resolve(`refs/heads/${base}`)]);
    await git(this.directory, 'update-ref', `refs/pull/${number}/head`, headSha);
    const tree = await git(this.directory, 'merge-tree', '--write-tree', baseSha, headSha).catch(() => null);
    if (tree === null) {
      await git(this.directory, 'update-ref', '-d', `refs/pull/${number}/merge`);
      return null;
    }
    const message = `Merge ${headSha} into ${baseSha}`;
    const merge = await git(this.directory, 'commit-tree', tree, '-p', baseSha, '-p', headSha, '-m', message);
    await git(this.directory, 'update-ref', `refs/pull/${number}/merge`, merge);
    return merge;
  }

  async checkout({ into, ref, sha, depth = 1 }: CheckoutOptions): Promise<void> {
    const branch = /^refs\/heads\/(.+)$/.exec(ref)?.[1];
    const tracking =
      branch === undefined ? ref.replace(/^refs\//, 'refs/remotes/') : `refs/remotes/origin/${branch}`;
    await mkdir(into, { recursive: true });
    await git(into, 'init', '-q', '-b', 'main');
    await git(into, 'remote', 'add', 'origin', this.#remoteWithToken());
    const wanted = `+${sha ?? (await this.resolve(ref))}:${tracking}`;
    const specs =
      depth > 0 ? [`--depth=${depth}`, wanted] : [ALL_BRANCHES, ...(branch === undefined ? [wanted] : [])];
    await git(into, '-c', 'protocol.version=2', 'fetch', '-q', '--no-tags', '--prune', 'origin', ...specs);
    const target = branch === undefined ? [tracking] : ['-B', branch, tracking];
    await git(into, 'checkout', '-q', '--force', ...target);
    await git(into, 'remote', 'set-url', 'origin', this.remote);
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
    await rm(this.#root, { recursive: true, force: true });
  }

  #remoteWithToken(): string {
    const { token } = this.#seed;
    return token === undefined ? this.remote : this.remote.replace('//', `//x-access-token:${token}@`);
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const target = request.url ?? '';
    const authorized = this.#isAuthorized(request);
    response.once('close', () => {
      this.requests.push({ method: request.method ?? '', target, authorized, status: response.statusCode });
    });
    const needed = this.#seed.private === true || target.includes('git-receive-pack');
    if (needed && !authorized) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="GitHub"' }).end('Authentication failed.');
      return;
    }
    this.#runBackend(request, response, target);
  }

  #isAuthorized({ headers, rawHeaders }: IncomingMessage): boolean {
    const { token } = this.#seed;
    if (token === undefined) return true;
    // GitHub refuses a request that brings two.
    const given = rawHeaders.filter((name, index) => index % 2 === 0 && /^authorization$/i.test(name));
    if (given.length > 1) return false;
    const expected = Buffer.from(`x-access-token:${token}`).toString('base64');
    return headers.authorization?.toLowerCase() === `basic ${expected}`.toLowerCase();
  }

  /** Source: git-http-backend(1) and RFC 3875. GitHub takes the address with and without `.git`. */
  #runBackend(request: IncomingMessage, response: ServerResponse, target: string): void {
    const url = new URL(target, this.url);
    const path = url.pathname.replace(/^(\/[^/]+\/[^/]+?)(\.git)?(\/|$)/, '$1.git$3');
    const backend = spawn('git', ['http-backend'], {
      env: {
        ...GIT_ENVIRONMENT,
        GIT_PROJECT_ROOT: this.#root,
        GIT_HTTP_EXPORT_ALL: '1',
        GIT_PROTOCOL: header(request, 'git-protocol'),
        REQUEST_METHOD: request.method ?? '',
        PATH_INFO: path,
        QUERY_STRING: url.search.slice(1),
        CONTENT_TYPE: header(request, 'content-type'),
        CONTENT_LENGTH: header(request, 'content-length'),
        HTTP_CONTENT_ENCODING: header(request, 'content-encoding'),
        REMOTE_ADDR: '127.0.0.1',
      },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    backend.once('error', () => response.destroy());
    response.once('close', () => backend.kill());
    // A client that has read enough closes early.
    backend.stdin.on('error', () => {});
    request.pipe(backend.stdin);
    relay(backend.stdout, response);
  }
}

function header(request: IncomingMessage, name: string): string {
  return String(request.headers[name] ?? '');
}

/** Hands on a CGI program's answer: headers up to an empty line, then the body. */
function relay(source: NodeJS.ReadableStream, response: ServerResponse): void {
  let head = Buffer.alloc(0);
  const onData = (chunk: Buffer) => {
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    source.off('data', onData);
    const lines = head.subarray(0, end).toString('latin1').split('\r\n');
    const headers = new Map(
      lines.map((line) => [line.split(':', 1)[0] ?? '', line.replace(/^[^:]*:\s*/, '')]),
    );
    const status = Number.parseInt(headers.get('Status') ?? '200', 10);
    headers.delete('Status');
    response.writeHead(status, Object.fromEntries(headers));
    response.write(head.subarray(end + 4));
    source.pipe(response);
  };
  source.on('data', onData);
  source.once('end', () => {
    if (!response.headersSent) response.writeHead(500).end();
  });
}
