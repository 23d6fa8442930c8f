// Runs Tare for real on a small Cargo project: records main, then checks a pull request that embeds a
// 48 KiB table and drops two settings of the release profile. Needs Node, cargo and git; installs nothing.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const tare = join(here, '../dist/cli.js');
const folder = mkdtempSync(join(tmpdir(), 'tare-demo-'));

try {
  step('main: a word counter');
  cpSync(join(here, 'demo/main'), folder, { recursive: true });
  git('init', '--quiet', '--initial-branch=main');
  commit('Count words, lines and characters');
  run(process.execPath, [tare, 'record']);

  step('a pull request: fold accents with a table, and drop lto and codegen-units from the profile');
  git('switch', '--quiet', '--create', 'fold-accents');
  cpSync(join(here, 'demo/pull-request'), folder, { recursive: true });
  commit('Fold accents');
  run(process.execPath, [tare, 'check', '--base', 'main', '--markdown', '-']);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function step(title) {
  console.error(`\n== ${title}`);
}

function commit(message) {
  git('add', '--all');
  git(
    '-c',
    'user.name=Tare demo',
    '-c',
    'user.email=demo@tare.invalid',
    'commit',
    '--quiet',
    '--message',
    message,
  );
}

function git(...args) {
  run('git', args);
}

function run(program, args) {
  const { status, error } = spawnSync(program, args, { cwd: folder, stdio: 'inherit' });
  if (error !== undefined || status !== 0) {
    console.error(`demo: ${program} ${args.join(' ')} failed: ${error?.message ?? `exit status ${status}`}`);
    rmSync(folder, { recursive: true, force: true });
    process.exit(1);
  }
}
