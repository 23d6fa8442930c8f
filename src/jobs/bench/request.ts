import { type BenchContext, ruleOf } from '../../compare/bench.ts';
import type { PairedState } from '../../compare/procedure.ts';
import type { Config } from '../../config/config.ts';
import type { TimePair } from '../../measure/bench/case.ts';
import type { ImportedTime } from './imported.ts';
import type { Sides } from './sided-case.ts';
import type { StagedLayouts } from './stage.ts';

export interface BenchRequest {
  readonly sides: Sides;
  readonly config: Config;
  readonly configuration: string;
  /** Another tool's times that can be taken of both sides; none when left out. */
  readonly times?: readonly ImportedTime[];
  /** Links the head's programs in other code layouts. */
  readonly relink: (files: Iterable<string>) => Promise<StagedLayouts>;
  /** For this configuration, everything included. */
  readonly minutes: number;
  /** Main's own ratios to its parents by case, oldest first; none when left out. */
  readonly earlier?: ReadonlyMap<string, readonly number[]>;
  /** Files that differ between the two sides' checkouts; null: not known, so that every case is timed. Left out: null. */
  readonly changed?: readonly string[] | null;
  /** Pattern of the case names to run; all when left out. */
  readonly only?: string | undefined;
}

/** Where the judgement of one case stands before its layouts. */
export function stateOf(
  name: string,
  screening: readonly TimePair[],
  confirmation: readonly TimePair[],
  request: BenchRequest,
): Omit<PairedState, 'spent'> {
  const measured = { name, category: 'primary' as const, screening, earlier: earlierOf(name, request) };
  const rule = ruleOf(measured, contextOf(request, 0));
  return { case: name, rule, screening, confirmation, layouts: null };
}

export function earlierOf(name: string, { earlier }: BenchRequest): readonly number[] {
  return earlier?.get(name) ?? [];
}

/** `noise`: relative change that the same program showed against itself in this job. */
export function contextOf({ configuration, config }: BenchRequest, noise: number): BenchContext {
  return { configuration, cases: config.cases, noise };
}

/** Equal commits give equal orders, so that a report can be reproduced. */
export function seedOf({ sides, configuration }: BenchRequest): string {
  return `${configuration} ${sides.base.measurement.commit} ${sides.head.measurement.commit}`;
}
