import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../../errors.ts';
import type { Completed } from '../../../process/command.ts';
import type { BuiltBench, Layouts } from '../../bench.ts';
import type { BuildRequest, BuiltProgram } from '../../toolchain.ts';
import { type Again, openAgain, withDependencies } from '../again.ts';
import type { CargoPorts } from '../cargo.ts';
import { incremental } from '../environment.ts';
import { failureOutput } from '../failure.ts';
import { rustcArguments } from '../plan.ts';
import { keepingShipped } from '../shipped.ts';
import { type LinkCommand, linkerOption, parseLinkCommand, withOutput } from './link-command.ts';

type Program = BuiltProgram | BuiltBench;

/** A link of a large program takes seconds; one that hangs must not. */
const LINK_SECONDS = 600;
/** Systems whose linkers have no such option; there the program is not even compiled again. */
const OTHER_LINKERS = /windows|msvc|apple|darwin|ios|wasm/;

/**
 * As {@link Toolchain.layouts}. The program's own crate is compiled once more, with its objects kept and the linker's command
 * printed; then that command alone is repeated: as it was, which must give the very bytes of the program (else nothing is
 * claimed), without symbols, and once for each seed with lld's `--shuffle-sections=*=SEED`.
 */
export async function layouts(
  ports: CargoPorts,
  request: BuildRequest,
  program: Program,
  seeds: readonly number[],
): Promise<Layouts> {
  if (seeds.some((seed) => !Number.isInteger(seed) || seed < 1 || seed > 0xffff_ffff)) {
    // To lld 0 is a random seed, and -1 the reverse order.
    throw new RangeError('seeds of layouts are integers from 1 to 4294967295');
  }
  const again = await openAgain(ports, request);
  const target = targetOf(again, program);
  if (target === null)
    return impossible('programs of the built-in harness in libraries and programs are not linked again');
  const triple = request.configuration.target ?? again.project.host;
  if (OTHER_LINKERS.test(triple)) return impossible(`the linker of ${triple} cannot shuffle sections`);
  const before = await hashOf(program.path);
  const folder = path.join(request.scratch, 'layouts', `${program.package}-${program.kind}-${program.name}`);
  await mkdir(folder, { recursive: true });
  const printed = path.join(folder, 'link-args');
  const told = await withDependencies(ports, again, request.configuration.target, () => {
    ports.logger.progress(`compiling ${program.name} again for its layouts`);
    const compiled = () => compile(ports, request, again, target, printed);
    return 'harness' in program
      ? keepingShipped(again.buildDirectory, request.scratch, compiled)
      : compiled();
  });
  if (told.exitCode !== 0) {
    const why = complaint(told.stderr) || `exit status ${told.exitCode}`;
    return impossible(`its own crate cannot be compiled again: ${why}`);
  }
  const command = parseLinkCommand(await readFile(printed, 'utf8').catch(() => ''));
  if (command === null) return impossible('the compiler did not print the command of its linker');
  return link({ ports, command, cwd: again.project.metadata.workspaceRoot, folder, before }, seeds);
}

/** The arguments that choose a program; null for one that cannot be linked again. */
export function targetOf({ project }: Again, program: Program): string[] | null {
  const member = project.selection.packages.find((one) => one.name === program.package);
  const from = member === undefined ? program.package : `${member.name}@${member.version}`;
  if ('harness' in program) {
    return program.kind === 'bench' ? ['-p', from, '--profile', 'bench', '--bench', program.name] : null;
  }
  const profile = project.plan.selection.slice(0, 2);
  return ['-p', from, ...profile, ...(program.kind === 'bin' ? ['--bin', program.name] : ['--lib'])];
}

function compile(
  { environment }: CargoPorts,
  { configuration, jobs }: BuildRequest,
  { caller, project, buildDirectory }: Again,
  target: readonly string[],
  printed: string,
): Promise<Completed> {
  const compiler = ['-C', 'save-temps=yes', '--print', `link-args=${printed}`];
  return caller.cargo(rustcArguments(project.plan, target, compiler, buildDirectory, jobs), {
    env: incremental(false, configuration.env, environment),
  });
}

interface Link {
  readonly ports: CargoPorts;
  readonly command: LinkCommand;
  readonly cwd: string;
  readonly folder: string;
  /** SHA-256 of the program as it was built. */
  readonly before: string;
}

async function link(job: Link, seeds: readonly number[]): Promise<Layouts> {
  const { command } = job;
  const same = await once(job, 'same', []);
  if (same.why !== null) return impossible(`the linker's command cannot be repeated: ${same.why}`);
  const again = await hashOf(same.path).catch(() => null);
  if (again !== job.before) {
    return impossible('linking the program again does not give the same program');
  }
  const strip = linkerOption(command, '--strip-all');
  const stripped = await once(job, 'stripped', [strip]);
  if (stripped.why !== null) return impossible(`the linker cannot leave out symbols: ${stripped.why}`);
  const programs: { seed: number; path: string }[] = [];
  for (const seed of seeds) {
    job.ports.logger.progress(`linking layout ${programs.length + 1} of ${seeds.length}`);
    const shuffle = linkerOption(command, `--shuffle-sections=*=${seed}`);
    const shuffled = await once(job, `seed-${seed}`, [strip, shuffle]);
    if (shuffled.why !== null) return impossible(`the linker cannot shuffle sections: ${shuffled.why}`);
    programs.push({ seed, path: shuffled.path });
  }
  return { kind: 'made', stripped: stripped.path, programs };
}

/** `why`: the linker's first complaint; null when it linked. */
async function once(
  { ports, command, cwd, folder }: Link,
  name: string,
  more: readonly string[],
): Promise<{ path: string; why: string | null }> {
  const output = path.join(folder, name);
  const changed = withOutput(command, output, more);
  if (changed === null) return { path: output, why: 'it names no output' };
  try {
    const told = await ports.runner.run({ ...changed, cwd, timeoutSeconds: LINK_SECONDS });
    if (told.exitCode === 0) return { path: output, why: null };
    return { path: output, why: complaint(told.stderr) };
  } catch (error) {
    if (error instanceof UserError) return { path: output, why: error.message };
    throw error;
  }
}

/** What a linker or compiler first complains about, at most 300 characters. */
export function complaint(stderr: string): string {
  const lines = failureOutput(stderr).split('\n');
  return (lines.find((line) => /error|unrecogni[sz]ed|unknown|cannot/i.test(line)) ?? lines[0] ?? '').slice(
    0,
    300,
  );
}

function impossible(reason: string): Layouts {
  return { kind: 'impossible', reason };
}

async function hashOf(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}
