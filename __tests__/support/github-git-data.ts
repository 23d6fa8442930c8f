import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { GIT_ENVIRONMENT } from './git.ts';
import { jsonReply, type Repository } from './github-replies.ts';
import type { WireReply, WireRequest } from './openapi.ts';

/** Operations of the Git Data API that a real repository answers, and the right that each needs. */
export const GIT_DATA: Readonly<Record<string, 'read' | 'write'>> = {
  'git/get-ref': 'read',
  'git/get-commit': 'read',
  'git/get-blob': 'read',
  'repos/get-content': 'read',
  'git/create-blob': 'write',
  'git/create-tree': 'write',
  'git/create-commit': 'write',
  'git/create-ref': 'write',
  'git/update-ref': 'write',
};

/** Answers an operation of {@link GIT_DATA} from a bare repository, with GitHub's rules and texts. */
export async function answerGitData(
  directory: string,
  operation: string,
  { target, body }: WireRequest,
  repository: Repository,
): Promise<WireReply> {
  const url = new URL(target, repository.url);
  const path = decodeURIComponent(url.pathname).split('/').slice(4);
  const sent: unknown = body === '' ? {} : JSON.parse(body);
  const data = new GitData(directory, repository);
  switch (operation) {
    case 'git/get-ref':
      return data.ref(`refs/${path.slice(2).join('/')}`);
    case 'git/get-commit':
      return data.commit(path[2] ?? '', 200);
    case 'git/get-blob':
      return data.blob(path[2] ?? '');
    case 'repos/get-content':
      return data.content(path.slice(1).join('/'), url.searchParams.get('ref') ?? 'HEAD');
    case 'git/create-blob':
      return data.createBlob(blobSchema.parse(sent));
    case 'git/create-tree':
      return data.createTree(treeSchema.parse(sent));
    case 'git/create-commit':
      return data.createCommit(commitSchema.parse(sent));
    case 'git/create-ref':
      return data.createRef(refSchema.parse(sent));
    default:
      return data.updateRef(`refs/${path.slice(2).join('/')}`, updateSchema.parse(sent));
  }
}

const blobSchema = z.object({ content: z.string(), encoding: z.enum(['utf-8', 'base64']).optional() });
const treeSchema = z.object({
  base_tree: z.string().optional(),
  tree: z.array(
    z.object({ path: z.string(), mode: z.string(), type: z.string(), sha: z.string().nullable() }),
  ),
});
const commitSchema = z.object({ message: z.string(), tree: z.string(), parents: z.array(z.string()) });
const refSchema = z.object({ ref: z.string(), sha: z.string() });
const updateSchema = z.object({ sha: z.string(), force: z.boolean().optional() });

class GitData {
  readonly #directory: string;
  readonly #api: string;
  readonly #html: string;

  constructor(directory: string, { url, owner, name }: Repository) {
    this.#directory = directory;
    this.#api = `${url}/repos/${owner}/${name}`;
    this.#html = `${url}/${owner}/${name}`;
  }

  async ref(ref: string): Promise<WireReply> {
    const sha = await this.#try('rev-parse', '--verify', '-q', ref);
    return sha === null ? notFound() : jsonReply(200, this.#refJson(ref, sha));
  }

  async commit(sha: string, status: number): Promise<WireReply> {
    const shown = await this.#try('show', '-s', '--format=%T%n%P%n%B', sha);
    if (shown === null) return notFound();
    const [tree = '', parents = '', ...message] = shown.split('\n');
    const person = { name: 'A person', email: 'person@example.test', date: '2026-01-01T00:00:00Z' };
    return jsonReply(status, {
      sha,
      node_id: `C_${sha}`,
      url: `${this.#api}/git/commits/${sha}`,
      html_url: `${this.#html}/commit/${sha}`,
      author: person,
      committer: person,
      message: message.join('\n'),
      tree: { sha: tree, url: `${this.#api}/git/trees/${tree}` },
      parents: parents
        .split(' ')
        .filter((parent) => parent !== '')
        .map((parent) => ({
          sha: parent,
          url: `${this.#api}/git/commits/${parent}`,
          html_url: `${this.#html}/commit/${parent}`,
        })),
      verification: {
        verified: false,
        reason: 'unsigned',
        signature: null,
        payload: null,
        verified_at: null,
      },
    });
  }

  async blob(sha: string): Promise<WireReply> {
    const content = await this.#run(['cat-file', 'blob', sha]).catch(() => null);
    if (content === null) return notFound();
    return jsonReply(200, {
      sha,
      node_id: `B_${sha}`,
      size: content.length,
      url: `${this.#api}/git/blobs/${sha}`,
      content: content.toString('base64'),
      encoding: 'base64',
    });
  }

  async content(path: string, ref: string): Promise<WireReply> {
    const listed = await this.#try('ls-tree', '-l', ref, '--', path);
    const [, mode, type, sha = '', size] = /^(\d+) (\w+) ([0-9a-f]+) +(\S+)\t/.exec(listed ?? '') ?? [];
    if (mode === undefined) return notFound();
    if (type !== 'blob') return jsonReply(200, []);
    const url = `${this.#api}/contents/${path}?ref=${ref}`;
    const [git, html] = [`${this.#api}/git/blobs/${sha}`, `${this.#html}/blob/${ref}/${path}`];
    const content = await this.#run(['cat-file', 'blob', sha]);
    return jsonReply(200, {
      type: 'file',
      encoding: 'base64',
      size: Number(size),
      name: path.split('/').at(-1),
      path,
      content: content.toString('base64'),
      sha,
      url,
      git_url: git,
      html_url: html,
      download_url: `${html}?raw=1`,
      _links: { self: url, git, html },
    });
  }

  async createBlob({ content, encoding }: z.infer<typeof blobSchema>): Promise<WireReply> {
    const bytes = Buffer.from(content, encoding === 'base64' ? 'base64' : 'utf8');
    const sha = (await this.#run(['hash-object', '-w', '--stdin'], { stdin: bytes })).toString().trim();
    return jsonReply(201, { sha, url: `${this.#api}/git/blobs/${sha}` });
  }

  async createTree({ base_tree: base, tree }: z.infer<typeof treeSchema>): Promise<WireReply> {
    const index = join(tmpdir(), `tare-index-${randomUUID()}`);
    const env = { GIT_INDEX_FILE: index };
    try {
      await this.#run(base === undefined ? ['read-tree', '--empty'] : ['read-tree', base], { env });
      for (const { path, sha } of tree.filter((entry) => entry.sha === null)) {
        const there = await this.#run(['ls-files', '--error-unmatch', '--', path], { env }).catch(() => null);
        if (there === null) return invalid(`GitRPC::BadObjectState: ${path} ${sha}`);
      }
      const zero = '0'.repeat(40);
      const lines = tree.map(
        ({ path, mode, sha }) => `${sha === null ? '0' : mode} ${sha ?? zero}\t${path}\0`,
      );
      await this.#run(['update-index', '-z', '--add', '--index-info'], {
        env,
        stdin: Buffer.from(lines.join('')),
      });
      const sha = (await this.#run(['write-tree'], { env })).toString().trim();
      return jsonReply(201, { sha, url: `${this.#api}/git/trees/${sha}`, tree: [], truncated: false });
    } finally {
      await rm(index, { force: true });
    }
  }

  async createCommit({ message, tree, parents }: z.infer<typeof commitSchema>): Promise<WireReply> {
    const args = ['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent]), '-F', '-'];
    const sha = (await this.#run(args, { stdin: Buffer.from(message) })).toString().trim();
    return this.commit(sha, 201);
  }

  async createRef({ ref, sha }: z.infer<typeof refSchema>): Promise<WireReply> {
    const made = await this.#try('update-ref', ref, sha, '0'.repeat(40));
    return made === null ? invalid('Reference already exists') : jsonReply(201, this.#refJson(ref, sha));
  }

  async updateRef(ref: string, { sha, force }: z.infer<typeof updateSchema>): Promise<WireReply> {
    const old = await this.#try('rev-parse', '--verify', '-q', ref);
    if (old === null) return invalid('Reference does not exist');
    const forward = force || (await this.#try('merge-base', '--is-ancestor', old, sha)) !== null;
    // The old value is compared again, under git's own lock.
    const moved = forward && (await this.#try('update-ref', ref, sha, old)) !== null;
    return moved ? jsonReply(200, this.#refJson(ref, sha)) : invalid('Update is not a fast forward');
  }

  #refJson(ref: string, sha: string) {
    const object = { type: 'commit', sha, url: `${this.#api}/git/commits/${sha}` };
    return { ref, node_id: `REF_${ref}`, url: `${this.#api}/git/${ref}`, object };
  }

  async #try(...args: readonly string[]): Promise<string | null> {
    const output = await this.#run(args).catch(() => null);
    return output === null ? null : output.toString().trim();
  }

  #run(
    args: readonly string[],
    { stdin, env }: { readonly stdin?: Buffer; readonly env?: Readonly<Record<string, string>> } = {},
  ): Promise<Buffer> {
    const options = { env: { ...GIT_ENVIRONMENT, ...env }, maxBuffer: 64 << 20, encoding: 'buffer' as const };
    return new Promise((resolve, reject) => {
      const child = execFile('git', ['--git-dir', this.#directory, ...args], options, (error, stdout) =>
        error === null ? resolve(stdout) : reject(error),
      );
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(stdin);
    });
  }
}

const DOCS = 'https://docs.github.com/rest';

function notFound(): WireReply {
  return jsonReply(404, { message: 'Not Found', documentation_url: DOCS, status: '404' });
}

function invalid(message: string): WireReply {
  return jsonReply(422, { message, documentation_url: DOCS, status: '422' });
}
