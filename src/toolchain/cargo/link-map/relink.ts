import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Completed } from '../../../process/command.ts';
import type { BuildRequest, BuiltProgram, Relink, Relinked } from '../../toolchain.ts';
import { type Again, openAgain, withDependencies } from '../again.ts';
import type { CargoPorts } from '../cargo.ts';
import { incremental } from '../environment.ts';
import { complaint, targetOf } from '../layouts/layouts.ts';
import { linkerOption, parseLinkCommand } from '../layouts/link-command.ts';
import { rustcArguments } from '../plan.ts';
import { mapArguments } from './flags.ts';

/** Systems whose programs have no symbol table that can be read; there the program is not even compiled again. */
const OTHER_SYMBOLS = /windows|msvc|apple|darwin|ios|wasm/;

/** A relink under way. */
interface Job {
  readonly ports: CargoPorts;
  readonly request: BuildRequest;
  readonly again: Again;
  readonly program: BuiltProgram;
  readonly target: readonly string[];
  /** For what is kept of it, absolute. */
  readonly folder: string;
  /** Copy of the program as it ships. */
  readonly shipped: string;
}

/** As {@link Toolchain.relink}: `cargo rustc` on the program's own crate alone, with one more argument for its linker or compiler. */
export async function relink(
  ports: CargoPorts,
  request: BuildRequest,
  program: BuiltProgram,
  how: Relink,
): Promise<Relinked> {
  const again = await openAgain(ports, request);
  const target = targetOf(again, program);
  if (target === null) return impossible('this program is not linked again');
  const folder = path.join(request.scratch, 'link-map', `${program.package}-${program.kind}-${program.name}`);
  await mkdir(folder, { recursive: true });
  const shipped = path.join(folder, 'shipped');
  await copyFile(program.path, shipped);
  const job = { ports, request, again, program, target, folder, shipped };
  try {
    return await withDependencies(ports, again, request.configuration.target, () => {
      ports.logger.progress(`linking ${program.name} again to name its bytes`);
      return how === 'map' ? withMap(job) : withSymbols(job);
    });
  } finally {
    await restore(job);
  }
}

async function withMap(job: Job): Promise<Relinked> {
  const { request, again, program, folder, shipped } = job;
  const triple = request.configuration.target ?? again.project.host;
  const map = path.join(folder, 'map');
  const printed = path.join(folder, 'link-args');
  if (map.includes(','))
    return impossible('the working directory has a comma in its name, which linkers split');
  const attempt = async (isBare: boolean): Promise<Completed | null> => {
    const options = mapArguments(triple, map, isBare);
    if (options === null) return null;
    const compiler = options.flatMap((option) => ['-C', `link-arg=${option}`]);
    return compile(job, [...compiler, '--print', `link-args=${printed}`]);
  };
  let told = await attempt(false);
  if (told === null) return impossible(`no link map is known for ${triple}`);
  if (told.exitCode !== 0 && (await isBareLinker(printed))) told = (await attempt(true)) ?? told;
  if (told.exitCode !== 0) return impossible(`the linker writes no map: ${linkerComplaint(told.stderr)}`);
  const written = await stat(map).catch(() => null);
  if (written === null || written.size === 0) return impossible('the linker wrote no map');
  if ((await hashOf(program.path)) !== (await hashOf(shipped))) {
    return impossible('linking the program again does not give the same program');
  }
  return { kind: 'made', program: program.path, map };
}

async function withSymbols(job: Job): Promise<Relinked> {
  const { request, again } = job;
  const triple = request.configuration.target ?? again.project.host;
  if (OTHER_SYMBOLS.test(triple)) return impossible(`the symbols of a program for ${triple} are not read`);
  const told = await compile(job, ['-C', 'strip=none']);
  if (told.exitCode !== 0) {
    return impossible(`the program cannot be linked with its symbols: ${complaint(told.stderr)}`);
  }
  const twin = path.join(job.folder, 'twin');
  await copyFile(job.program.path, twin);
  return { kind: 'made', program: twin, map: null };
}

function compile(
  { ports, request: { configuration, jobs }, again, target }: Job,
  compiler: readonly string[],
): Promise<Completed> {
  const { caller, project, buildDirectory } = again;
  return caller.cargo(rustcArguments(project.plan, target, compiler, buildDirectory, jobs), {
    env: incremental(false, configuration.env, ports.environment),
  });
}

/** Whether rustc calls a linker itself (`rust-lld`), which knows no `-Wl,`. The command is printed before it is run. */
async function isBareLinker(printed: string): Promise<boolean> {
  const command = parseLinkCommand(await readFile(printed, 'utf8').catch(() => ''));
  return command !== null && !linkerOption(command, '-x').startsWith('-Wl,');
}

/** Puts the shipped program back where another is in its place: later steps must find it. */
async function restore({ program, shipped }: Job): Promise<void> {
  const found = await hashOf(program.path).catch(() => null);
  if (found === (await hashOf(shipped))) await rm(shipped);
  else await rename(shipped, program.path);
}

/** The linker's own words, which rustc quotes behind its command line. */
function linkerComplaint(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.replace(/^\s*(= note:)?\s*/, '').trim());
  const told = lines.find(
    (line) =>
      /error|unrecogni[sz]ed|unknown|cannot/i.test(line) &&
      !/^error: (linking with|could not compile|aborting)| "-/.test(line),
  );
  return told?.slice(0, 300) ?? complaint(stderr);
}

function impossible(reason: string): Relinked {
  return { kind: 'impossible', reason: reason.replace(/\s+/g, ' ').slice(0, 900) };
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
