import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { programsOf } from '../../config/words.ts';
import type { BenchCommand, BenchTime } from '../../measure/bench/case.ts';
import type { ImportedTime } from './imported.ts';
import { commandOf, FORMAT_OF } from './numbers.ts';
import { type Copies, fileOf, type SidedCase, type Sides, sided } from './sided-case.ts';

/**
 * A time of another tool as a case: its command is run for base and head in turn, each in its own checkout, and one run gives
 * one time, however often the tool itself repeats. Errors: UserError for a program that a side does not have.
 */
export async function numberCase(
  { case: name, row, table }: ImportedTime,
  sides: Sides,
  copies: Copies,
): Promise<SidedCase> {
  const names = programsOf(table.command ?? []);
  const files = {
    base: names.map((program) => fileOf(program, sides.base.measurement, 'base')),
    head: names.map((program) => fileOf(program, sides.head.measurement, 'head')),
  };
  const place = await copies.placed(files);
  const withPrograms = (side: 'base' | 'head', paths: readonly string[]): BenchCommand => ({
    ...commandOf(table, (program) => paths[names.indexOf(program)] ?? program),
    cwd: sides[side].root,
    timeoutSeconds: table.timeoutSeconds,
    resultFile: join(sides[side].root, table.file),
  });
  for (const { root } of [sides.base, sides.head]) {
    await mkdir(dirname(join(root, table.file)), { recursive: true }).catch(() => undefined);
  }
  const time: BenchTime = { from: 'file', format: FORMAT_OF[table.format], row };
  return sided(name, table.category, 'wall-time', time, files, withPrograms, place);
}
