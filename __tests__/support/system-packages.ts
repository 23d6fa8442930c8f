import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Programs that the tests need and Debian has: path and package. */
const NEEDED = [
  ['/usr/bin/time', 'time'],
  ['/usr/bin/valgrind', 'valgrind'],
] as const;

/** Installs what is missing, before any test runs. Errors: names the package and how to install it. */
export default function installSystemPackages(): void {
  if (process.platform !== 'linux') return;
  const missing = NEEDED.filter(([path]) => !existsSync(path)).map(([, name]) => name);
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
