import { realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { loadConfig } from '../config/load.ts';
import { repositoryFiles } from '../config/repository-file.ts';
import { messageOf, UserError } from '../errors.ts';
import { publishBadges } from '../jobs/badge.ts';
import type { ProcessRunner } from '../process/command.ts';
import { createGit } from '../process/git.ts';
import { createProcessRunner } from '../process/runner.ts';
import { closeOnSignal } from '../process/signals.ts';
import { createHistoryDirectory } from '../store/history/directory.ts';
import { createTerminalLogger } from './logger.ts';
import { repositoryAddress } from './remote.ts';

export const BADGE_USAGE = `Usage: tare badge [options]

Draws the recorded history of main: badges (SVG, and JSON for shields.io) and the trend page,
one HTML file that needs no server. Nothing is built or measured.

Options
  --repo DIR     the project's folder (default: this folder)
  --config FILE  default: tare.toml in the folder, the repository's root or .github
  --store DIR    where \`tare record\` keeps what it measured (default: .tare in the repository's root)
  --quiet        no progress
  --help

The files are written to history/ in the store: index.html, badges/*.svg and badges/*.json.
Exit status: 0 done, 2 a mistake, or no history; 3 a bug in Tare.`;

/** Runs `tare badge` with the arguments behind its name, and gives what belongs on standard output. Errors: UserError. */
export async function badge(argv: readonly string[], world: NodeJS.Process): Promise<string> {
  const values = parse(argv);
  if (values.help) return `${BADGE_USAGE}\n`;
  const { env: environment, platform } = world;
  const runner = createProcessRunner({ environment, platform, temporary: tmpdir() });
  closeOnSignal(world, runner);
  try {
    return await draw(values, world, runner);
  } finally {
    await runner.close();
  }
}

type Values = ReturnType<typeof parse>;

async function draw(values: Values, world: NodeJS.Process, runner: ProcessRunner): Promise<string> {
  const directory = await realFolder(resolve(world.cwd(), values.repo ?? '.'));
  const logger = createTerminalLogger(world.stderr, values.quiet ?? false);
  const root = await createGit(runner, directory).root();
  const config = await loadConfig({
    root,
    directory,
    file: values.config === undefined ? null : resolve(world.cwd(), values.config),
    fileAnywhere: true,
    overrides: { failOn: null, comment: null, configurations: null },
    readFile: repositoryFiles(root),
  });
  const folder = join(resolve(world.cwd(), values.store ?? join(root, '.tare')), 'history');
  const { address, name } = await repositoryAddress(runner, root);
  const result = await publishBadges(
    {
      config,
      project: name ?? basename(root),
      repositoryUrl: address,
      branch: config.history.branch,
      page: 'always',
    },
    { history: createHistoryDirectory({ directory: folder }), clock: { now: () => new Date() }, logger },
  );
  for (const warning of result.warnings) logger.warning(warning);
  if (result.paths.length === 0) {
    throw new UserError(`nothing to draw: ${folder} holds no records; run \`tare record\` on main first`);
  }
  return `${result.paths.map((path) => join(folder, path)).join('\n')}\n`;
}

function parse(argv: readonly string[]) {
  const options = {
    repo: { type: 'string' },
    config: { type: 'string' },
    store: { type: 'string' },
    quiet: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  } as const;
  try {
    const { values } = parseArgs({ args: [...argv], options, allowPositionals: false });
    for (const [name, value] of Object.entries(values)) {
      if (value === '') throw new UserError(`--${name} is empty; give it a value, or leave it out`);
    }
    return values;
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${messageOf(error).split('. ')[0]}; \`tare badge --help\` shows what is allowed`);
  }
}

async function realFolder(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    throw new UserError(`there is no folder ${path}; correct --repo`);
  }
}
