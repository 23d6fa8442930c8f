/**
 * Records a project's own history commit by commit, with regressions seeded among them, and writes the triage report.
 *
 *   node scripts/replay.ts --project DIR --until REV --commits 32 --into DIR [--config FILE] [--seed 'N|FILE|FROM|TO|SUBJECT'] …
 *
 * --project: a git clone of a Cargo project, which is not changed. --into: a new folder that keeps the replayed repository
 * (`repository/`), the store (`store/`), `triage.md` and the page. A seed replaces the text FROM by TO in FILE, in a commit of its
 * own after the N-th of the history; later commits keep it. The last lines tell the seeded commits and how long each record took.
 */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';

const run = promisify(execFile);
const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

interface Seed {
  readonly after: number;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
}

const { values } = parseArgs({
  options: {
    project: { type: 'string' },
    until: { type: 'string', default: 'HEAD' },
    commits: { type: 'string', default: '32' },
    into: { type: 'string' },
    config: { type: 'string' },
    seed: { type: 'string', multiple: true, default: [] },
  },
});
if (values.project === undefined || values.into === undefined)
  throw new Error('--project and --into are needed');
const into = resolve(values.into);
const repository = join(into, 'repository');
const shared = ['--repo', repository, '--store', join(into, 'store')];
const options = values.config === undefined ? shared : [...shared, '--config', resolve(values.config)];

await mkdir(into, { recursive: true });
await run('git', ['clone', '--quiet', '--no-checkout', resolve(values.project), repository]);
const chain = await replayed(
  await firstParents(values.until, Number(values.commits)),
  values.seed.map(seedOf),
);
await recordAll(chain);
const triage = join(into, 'triage.md');
await tare(['triage', '--since', chain[0]?.sha ?? '', '--markdown', triage]);
await tare(['badge']);
for (const { sha, seeded } of chain)
  if (seeded !== null) console.log(`seeded: ${sha.slice(0, 10)} ${seeded}`);

interface Replayed {
  readonly sha: string;
  /** Subject of the seed that this commit is; null for the project's own. */
  readonly seeded: string | null;
}

async function firstParents(until: string, count: number): Promise<string[]> {
  const listed = await git(['rev-list', '--first-parent', `--max-count=${count}`, until]);
  return listed.split('\n').reverse();
}

async function replayed(commits: readonly string[], seeds: readonly Seed[]): Promise<Replayed[]> {
  const chain: Replayed[] = [];
  const sown: Seed[] = [];
  for (const [index, original] of commits.entries()) {
    const [author = '', email = '', date = '', message = ''] = (
      await git(['log', '-1', '--format=%an%x00%ae%x00%cI%x00%B', original])
    ).split('\0');
    const person = { author, email, date };
    chain.push({ sha: await commit(original, sown, message, chain.at(-1), person), seeded: null });
    for (const seed of seeds.filter(({ after }) => after === index + 1)) {
      sown.push(seed);
      const sha = await commit(original, sown, seed.subject, chain.at(-1), { ...person, author: 'Seed' });
      chain.push({ sha, seeded: seed.subject });
    }
  }
  return chain;
}

async function commit(
  original: string,
  seeds: readonly Seed[],
  message: string,
  parent: Replayed | undefined,
  { author, email, date }: { readonly author: string; readonly email: string; readonly date: string },
): Promise<string> {
  await git(['read-tree', original]);
  for (const { file, from, to } of seeds) {
    const text = await git(['show', `:${file}`]);
    if (!text.includes(from)) throw new Error(`${file} of ${original} does not hold ${from}`);
    const path = join(into, 'blob');
    await writeFile(path, `${text.replace(from, () => to)}\n`);
    const blob = await git(['hash-object', '-w', path]);
    await git(['update-index', '--cacheinfo', `100644,${blob},${file}`]);
  }
  const tree = await git(['write-tree']);
  const parents = parent === undefined ? [] : ['-p', parent.sha];
  return git(['commit-tree', tree, ...parents, '-m', message], {
    GIT_AUTHOR_NAME: author,
    GIT_AUTHOR_EMAIL: email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: author,
    GIT_COMMITTER_EMAIL: email,
    GIT_COMMITTER_DATE: date,
  });
}

async function recordAll(chain: readonly Replayed[]): Promise<void> {
  for (const [index, { sha }] of chain.entries()) {
    const begun = performance.now();
    await git(['checkout', '--quiet', '--force', '-B', 'main', sha]);
    await git(['clean', '--quiet', '-fd']);
    await tare(['record']);
    console.log(`${index + 1} of ${chain.length}: ${((performance.now() - begun) / 1000).toFixed(0)} s`);
  }
}

async function tare(args: readonly string[]): Promise<void> {
  await run(process.execPath, [cli, ...args, ...options, '--quiet'], { maxBuffer: 1 << 26 });
}

async function git(args: readonly string[], env = {}): Promise<string> {
  const { stdout } = await run('git', ['-C', repository, ...args], {
    env: { ...process.env, ...env },
    maxBuffer: 1 << 26,
  });
  return stdout.trimEnd();
}

function seedOf(text: string): Seed {
  const [after, file, from, to, subject, ...rest] = text.split('|');
  if (!file || !from || to === undefined || !subject || rest.length > 0 || !Number.isInteger(Number(after))) {
    throw new Error(`--seed ${text}: wanted 'N|FILE|FROM|TO|SUBJECT'`);
  }
  return { after: Number(after), file, from, to, subject };
}
