import { mkdir } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { benchFilter } from '../../config/benches.ts';
import type { Config, Configuration, Numbers, NumbersFormat } from '../../config/config.ts';
import { fillWords, programsOf } from '../../config/words.ts';
import { UserError } from '../../errors.ts';
import { FORMATS, type FormatName } from '../../measure/bench/formats/format.ts';
import type { StoredProgram } from '../../measure/measurement.ts';
import { tail } from '../../process/inert.ts';
import type { JobPorts } from '../ports.ts';
import { Gathered, type Imported, NO_NUMBERS } from './imported.ts';
import { filesOf, readNumbers, stampOf } from './number-files.ts';

/** What each format of `[[numbers]]` is called where it is parsed. */
export const FORMAT_OF = {
  hyperfine: 'hyperfine',
  bmf: 'bencher-metric',
  'custom-smaller-is-better': 'custom-smaller',
  'custom-bigger-is-better': 'custom-bigger',
  'metric-lines': 'metric-lines',
} as const satisfies Record<NumbersFormat, FormatName>;

export interface ImportRequest {
  readonly config: Config;
  readonly configuration: Configuration;
  readonly side: 'base' | 'head';
  /** Root of the checkout, absolute. */
  readonly root: string;
  /** The shipped programs, in the entry's folder (absolute). */
  readonly programs: readonly StoredProgram[];
  readonly directory: string;
  /** Cases of the harnesses. */
  readonly harness: readonly string[];
}

const MAX_OUTPUT = 4 << 20;
const TAIL = { lines: 20, characters: 2000 };

/**
 * Takes the numbers of every `[[numbers]]` table: runs its command, reads the files, and gives each number as a value of a
 * bench case. What is wrong with a table is a failed row or a warning, and leaves the others unharmed. A table without
 * `{bin:NAME}` says the same in every configuration, so the first one takes it; one without a command says nothing about the base.
 * Errors: Cancelled.
 */
export async function importNumbers(request: ImportRequest, ports: JobPorts): Promise<Imported> {
  const { config, side } = request;
  const tables = config.benches.enabled
    ? config.benches.numbers.filter((table) => isDue(table, request))
    : [];
  if (tables.length === 0) return NO_NUMBERS;
  const own = config.benches.commands.map(({ name }) => `bench ${name}`);
  const gathered = new Gathered(benchFilter(config.benches), new Set([...own, ...request.harness]));
  for (const table of tables) {
    ports.logger.progress(`numbers of the ${side}: ${table.file}`);
    try {
      await importTable(table, request, gathered, ports);
    } catch (error) {
      // Only what the table is to blame for: Cancelled and bugs pass.
      if (!(error instanceof UserError)) throw error;
      gathered.fail(table, error.message.replace(/\.$/, ''));
    }
  }
  return gathered;
}

/** Whether its times can be taken of both sides in one job: it runs a shipped program and writes one file. */
export function isPairable({ command, file }: Numbers): boolean {
  return command !== null && programsOf(command).length > 0 && !file.includes('*') && !isAbsolute(file);
}

/** The program and the arguments of a table's command; `pathOf` gives the path of a shipped program. */
export function commandOf({ command }: Numbers, pathOf: (program: string) => string) {
  const [file = '', ...args] = fillWords(command ?? [], pathOf);
  return { file, args };
}

function isDue(table: Numbers, { config, configuration, side }: ImportRequest): boolean {
  if (side === 'base' && (table.command === null || isAbsolute(table.file))) return false;
  const first = config.configurations[0]?.name === configuration.name;
  return first || (table.command !== null && programsOf(table.command).length > 0);
}

async function importTable(
  table: Numbers,
  request: ImportRequest,
  gathered: Gathered,
  ports: JobPorts,
): Promise<void> {
  const { root } = request;
  const before = table.command === null ? null : await stamps(table.file, root);
  if (before !== null && !(await isWritten(table, request, gathered, ports))) return;
  const files = await filesOf(table.file, root);
  const stale = await Promise.all(files.map(async (file) => before?.get(file) === (await stampOf(file))));
  const fresh = before === null ? files : files.filter((_, index) => !stale[index]);
  if (fresh.length === 0) {
    gathered.fail(table, before === null ? ABSENT : files.length === 0 ? UNWRITTEN : STALE);
    return;
  }
  for (const path of fresh) await importFile(path, table, root, gathered);
}

const ABSENT = 'there is no such file; write it before Tare runs, or set command to what writes it';
const UNWRITTEN = 'its command ended well, and wrote no such file';
const STALE = 'its command ended well, and left the file as it was before';

async function stamps(pattern: string, root: string): Promise<ReadonlyMap<string, string | null>> {
  const found = new Map<string, string | null>();
  for (const file of await filesOf(pattern, root)) found.set(file, await stampOf(file));
  return found;
}

/** Runs the command in the repository, with a clean environment. False: it failed, which is noted. */
async function isWritten(
  table: Numbers,
  request: ImportRequest,
  gathered: Gathered,
  { runner }: JobPorts,
): Promise<boolean> {
  const { root } = request;
  // Tools write files, and seldom their folders, which a fresh checkout does not have.
  const [still = ''] = table.file.split('*');
  if (!isAbsolute(table.file)) {
    // What stands in the way is the command's to say.
    await mkdir(join(root, dirname(`${still}x`)), { recursive: true }).catch(() => undefined);
  }
  const told = await runner.run({
    ...commandOf(table, (program) => programPath(program, request)),
    cwd: root,
    timeoutSeconds: table.timeoutSeconds,
    maxOutputBytes: MAX_OUTPUT,
  });
  const reason = told.timedOut
    ? `was ended after ${table.timeoutSeconds} s`
    : told.signal !== null
      ? `was ended by ${told.signal}`
      : told.exitCode !== 0
        ? `ended with exit status ${told.exitCode}`
        : null;
  if (reason === null) return true;
  gathered.fail(
    table,
    `its command ${reason}`,
    tail(`${told.stdout}\n${told.stderr}`, TAIL.lines, TAIL.characters),
  );
  return false;
}

async function importFile(path: string, table: Numbers, root: string, gathered: Gathered): Promise<void> {
  const absolute = isAbsolute(table.file);
  const name = absolute ? path : relative(root, path).replaceAll('\\', '/');
  const own = { ...table, file: name };
  try {
    const parsed = FORMATS[FORMAT_OF[table.format]](await readNumbers(path, absolute ? null : root));
    if (parsed.kind === 'rejected') gathered.fail(own, parsed.message);
    else gathered.add(parsed, table, name, isPairable(table));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    gathered.fail(own, error.message);
  }
}

function programPath(program: string, { programs, directory }: ImportRequest): string {
  const shipped = programs.filter(({ kind }) => kind === 'bin');
  const found = shipped.find(({ name }) => name === program);
  if (found !== undefined) return join(directory, found.file);
  const names = shipped.map(({ name }) => name).join(', ');
  throw new UserError(`{bin:${program}}: there is no such program; there are ${names || 'none'}`);
}
