import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { CHROMIUMS } from './browser.ts';

/** Programs that the tests need and Debian has: the paths of which one is enough, and the package. Chromium takes most of the time: about a minute. */
const NEEDED = [
  [['/usr/bin/time'], 'time'],
  [['/usr/bin/valgrind'], 'valgrind'],
  [CHROMIUMS, 'chromium'],
] as const;

/** For each of the two steps: a mirror that does not answer ends the run instead of holding it. */
const MINUTES = { update: 3, install: 8 };
const PATIENCE = ['Acquire::Retries=3', 'Acquire::http::Timeout=30', 'DPkg::Lock::Timeout=120'];

/** Installs what is missing, all at once, before any test runs. Errors: names the package and how to install it. */
export default function installSystemPackages(): void {
  if (process.platform !== 'linux') return;
  const missing = missingPackages();
  if (missing.length === 0) return;
  apt(missing, MINUTES.update, 'update');
  apt(missing, MINUTES.install, 'install', '--yes', '--no-install-recommends', ...missing);
  const still = missingPackages();
  if (still.length > 0)
    throw new Error(`apt-get installed ${still.join(', ')}, but not where the tests look for it`);
}

function missingPackages(): readonly string[] {
  return NEEDED.filter(([paths]) => !paths.some((path) => existsSync(path))).map(([, name]) => name);
}

function apt(missing: readonly string[], minutes: number, ...args: readonly string[]): void {
  const { status, error } = spawnSync('apt-get', [...PATIENCE.flatMap((option) => ['-o', option]), ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    timeout: minutes * 60_000,
    killSignal: 'SIGKILL',
  });
  if (error === undefined && status === 0) return;
  const why = error === undefined ? `ended with ${status}` : error.message;
  throw new Error(
    `the tests need Debian packages (${missing.join(', ')}): \`apt-get ${args.join(' ')}\` ${why}; install them by hand`,
  );
}
