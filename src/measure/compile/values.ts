import type { Build } from '../../toolchain/toolchain.ts';
import type { Value } from '../measurement.ts';
import { cpuSeconds } from './cpu.ts';

/** What compiling costs is one case: a build's units run beside each other, and their costs do not add up singly. */
const CASE = 'compile workspace';

/**
 * The compile metrics of one build. `cpu-seconds` is user plus system time of the whole process tree. What the system
 * did not tell is left out; so are all costs of a build that was not cold (`usage` null), whose counts still hold.
 */
export function compileValues(build: Build): Value[] {
  const { usage, counts } = build;
  const values: Record<string, number | null> = {
    'cpu-seconds': usage === null ? null : cpuSeconds(usage),
    'wall-time': usage?.wallSeconds ?? null,
    'peak-rss': usage?.peakRssBytes ?? null,
    units: counts.units,
    dependencies: counts.dependencies,
    'build-scripts': counts.buildScripts,
    'proc-macros': counts.procMacros,
    'duplicate-crates': counts.duplicateCrates,
  };
  return Object.entries(values).flatMap(([metric, value]) =>
    value === null ? [] : [{ case: CASE, metric, value }],
  );
}
