/** One job's base and head, whose cases may come from different builds. */
import { createHash } from 'node:crypto';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BenchRequest } from '../../src/jobs/bench/request.ts';
import type { StagedLayouts } from '../../src/jobs/bench/stage.ts';
import { MEASUREMENT_SCHEMA, type Measurement } from '../../src/measure/measurement.ts';
import { configOf, type Program } from './build.ts';

export interface Case {
  /** Unique, and a file name. */
  readonly name: string;
  readonly kernel: string;
  /** What is seeded: a fraction, or a kind of change that is layout only. */
  readonly change: number | 'shuffled' | 'version';
  readonly base: Program;
  readonly head: Program;
}

/** A job over these cases, its programs copied into `folder`, without its minutes and its order's seed. */
export async function prepareJob(
  cases: readonly Case[],
  folder: string,
): Promise<(seed: string, minutes: number) => BenchRequest> {
  const sides = { base: join(folder, 'base'), head: join(folder, 'head') };
  for (const side of ['base', 'head'] as const) {
    for (const part of ['bin', 'bench']) await mkdir(join(sides[side], part), { recursive: true });
    for (const each of cases) await copyFile(each[side].path, join(sides[side], 'bin', each.name));
  }
  const relink = (side: 'base' | 'head', wanted: readonly Case[]) => copyLayouts(wanted, side, sides[side]);
  const stored = await relink('base', cases);
  const config = await configOf(cases.map(({ name }) => ({ name, program: name })));
  return (seed, minutes) => ({
    sides: {
      base: { ...sideOf(cases, `base ${seed}`, stored.layouts), directory: sides.base, root: folder },
      head: { ...sideOf(cases, `head ${seed}`, []), directory: sides.head, root: folder },
    },
    config,
    configuration: 'default',
    relink: (files) => {
      const names = new Set(files);
      return relink(
        'head',
        cases.filter(({ name }) => names.has(`bin/${name}`)),
      );
    },
    minutes,
  });
}

async function copyLayouts(
  cases: readonly Case[],
  side: 'base' | 'head',
  directory: string,
): Promise<StagedLayouts> {
  const layouts: { file: string; others: string[] }[] = [];
  const impossible = new Map<string, string>();
  for (const each of cases) {
    const file = `bin/${each.name}`;
    const paths = await each[side].layouts();
    if (typeof paths === 'string') {
      impossible.set(file, paths);
      continue;
    }
    const others = paths.map((_, layout) => `bench/${each.name}.layout-${layout}`);
    for (const [layout, path] of paths.entries()) await copyFile(path, join(directory, others[layout] ?? ''));
    layouts.push({ file, others });
  }
  return { layouts, programs: [], impossible };
}

function sideOf(
  cases: readonly Case[],
  commit: string,
  layouts: Measurement['layouts'],
): { readonly measurement: Measurement } {
  return {
    measurement: {
      schema: MEASUREMENT_SCHEMA,
      tare: '0.0.0',
      commit: createHash('sha1').update(commit).digest('hex'),
      configuration: 'default',
      recorded: '2000-01-01T00:00:00.000Z',
      identity: {},
      packages: [],
      values: [],
      programs: cases.map(({ name }) => ({
        name,
        kind: 'bin',
        file: `bin/${name}`,
        bytes: 0,
        sha256: '0'.repeat(64),
      })),
      benches: [],
      layouts,
      attributions: [],
      warnings: [],
    },
  };
}
