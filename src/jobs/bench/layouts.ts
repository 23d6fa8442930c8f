import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BuildError, isSystemError, messageOf, UserError } from '../../errors.ts';
import type { Measurement, StoredProgram } from '../../measure/measurement.ts';
import type { BuiltBench, Layouts } from '../../toolchain/bench.ts';
import type { BuiltProgram } from '../../toolchain/toolchain.ts';
import type { JobPorts } from '../ports.ts';
import { storeProgram } from '../programs.ts';
import type { Staged, StagedLayouts, StageRequest } from './stage.ts';

/** Seeds of the code layouts, four a side: the fewest that rule placement out (detection §3). */
export const LAYOUT_SEEDS = [1, 2, 3, 4] as const;

/**
 * Links the programs in other code layouts, and stores them. What cannot be linked, compiled or stored is one line under
 * `impossible`: layouts only confirm what was measured before them. Errors: Cancelled.
 */
export async function stageLayouts(
  staged: Pick<Staged, 'built'>,
  files: Iterable<string>,
  request: StageRequest,
  ports: JobPorts,
): Promise<StagedLayouts> {
  const layouts: Measurement['layouts'] = [];
  const programs: StoredProgram[] = [];
  const impossible = new Map<string, string>();
  for (const file of files) {
    const built = staged.built.get(file);
    const made = built === undefined ? NOT_BUILT : await stageOne(file, built, request, ports);
    if (typeof made === 'string') {
      impossible.set(file, made);
      continue;
    }
    programs.push(...made);
    layouts.push({ file, others: made.map((program) => program.file) });
  }
  return { layouts, programs, impossible };
}

const MAX_REASON = 300;
const NOT_BUILT = 'the program was not built in this job';

/** The stored layouts, or why there are none. */
async function stageOne(
  file: string,
  built: BuiltProgram | BuiltBench,
  request: StageRequest,
  ports: JobPorts,
): Promise<StoredProgram[] | string> {
  try {
    const made = await request.toolchain.layouts?.(request.build, built, LAYOUT_SEEDS);
    if (made?.kind !== 'made') return made?.reason ?? 'this toolchain cannot link other layouts';
    return await storeAll(file, built.name, made, request.directory, ports);
  } catch (error) {
    return reasonOf(error);
  }
}

/** Why there are no layouts, in one line without a full stop. Errors: throws what is no build's, user's or file system's error again. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof BuildError || error instanceof UserError || isSystemError(error))) throw error;
  return messageOf(error).replace(/\s+/g, ' ').slice(0, MAX_REASON).replace(/\.$/, '');
}

type Made = Extract<Layouts, { kind: 'made' }>;

/** Stores all of a program's layouts, or none. */
async function storeAll(
  file: string,
  name: string,
  { programs }: Made,
  directory: string,
  { runner }: JobPorts,
): Promise<StoredProgram[]> {
  const files = programs.map(({ seed, path }) => ({
    name: `${name} layout ${seed}`,
    kind: 'layout' as const,
    file: `bench/${file.replace('/', '-')}.layout-${seed}`,
    path,
  }));
  try {
    const stored: StoredProgram[] = [];
    for (const each of files) stored.push(await storeProgram(each, directory, runner));
    return stored;
  } catch (error) {
    for (const each of files) await rm(join(directory, each.file), { force: true });
    throw error;
  }
}
