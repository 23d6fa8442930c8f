import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { CHROMIUMS } from './browser.ts';

/** Programs that the tests need and Debian has: the paths of which one is enough, and the package. Chromium takes most of the time: about a minute. */
const NEEDED = [
  [['/usr/bin/time'], 'time'],
  [['/usr/bin/valgrind'], 'valgrind'],
  [CHROMIUMS, 'chromium'],
] as const;

/** Installs what is missing, before any test runs. Errors: names the package and how to install it. */
export default function installSystemPackages(): void {
  if (process.platform !== 'linux') return;
  const missing = NEEDED.filter(([paths]) => !paths.some((path) => existsSync(path))).map(([, name]) => name);
  if (missing.length === 0) return;
  apt('update');
  apt('install', '--yes', '--no-install-recommends', ...missing);
}

function apt(...args: string[]): void {
  const { status, error } = spawnSync('apt-get', args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (error === undefined && status === 0) return;
  throw new Error(
    `the tests need Debian packages (${NEEDED.map(([, name]) => name).join(', ')}): \`apt-get ${args.join(' ')}\` failed; install them by hand`,
  );
}
