import { isSuspiciousCold } from '../../compare/compile/cold.ts';
import { COMPILE_CASE, judgeOwnCrates } from '../../compare/compile/own-crates.ts';
import { BuildError, messageOf, UserError } from '../../errors.ts';
import { createBudget } from '../../measure/bench/budget.ts';
import { LEAST_SECONDS } from '../../measure/compile/rounds.ts';
import type { ConfigurationPart } from '../../report/assemble.ts';
import type { Base, BaseRequest } from '../base.ts';
import type { Measured } from '../measure.ts';
import type { ChangedByHead } from '../part.ts';
import type { JobPorts } from '../ports.ts';
import { isOfTheSystem } from '../status.ts';
import type { Workplace } from '../workplace.ts';
import { confirmCold } from './confirm-cold.ts';
import { mayPair } from './may-pair.ts';
import { pairOwnCrates } from './pair.ts';
import { type CompileFindings, type SettledCompile, settleCompile, suspiciousAfter } from './settle.ts';
import type { BothSides } from './sides.ts';

export interface CompileRequest {
  readonly part: ConfigurationPart;
  readonly base: Base | null;
  readonly head: Measured;
  readonly byHead: ChangedByHead;
  readonly request: BaseRequest;
  readonly warn: (warning: string) => void;
}

export interface WeighedCompile extends SettledCompile {
  /** What it was judged from. */
  readonly raw: CompileFindings | null;
}

/**
 * Compiles the own crates of base and head in turn where nothing else differs, and both sides wholly where the cold build is
 * suspicious and that could not be done; within `compile.minutes`. What cannot be done is a sentence beside the cold build.
 */
export async function weighCompile(
  weigh: CompileRequest,
  workplace: Workplace,
  ports: JobPorts,
): Promise<WeighedCompile> {
  const raw = await findingsOf(weigh, workplace, ports);
  return { ...settleCompile(weigh.part, raw, weigh.request.config.cases), raw };
}

async function findingsOf(
  weigh: CompileRequest,
  workplace: Workplace,
  ports: JobPorts,
): Promise<CompileFindings | null> {
  const { part, base, head, request, byHead, warn } = weigh;
  const { compile, configurations, cases } = request.config;
  if (base === null || !compile.enabled || !compile.paired || !isWorthIt(head)) return null;
  const sides: BothSides = {
    base,
    head,
    request,
    budget: createBudget((60 * compile.minutes) / configurations.length),
  };
  const able = await orReason(warn, () => mayPair(base.measurement, head.measurement, byHead, ports.git));
  if (typeof able !== 'string' && able.kind === 'unchanged') return { kind: 'unchanged', base: base.sha };
  const reason = typeof able === 'string' ? able : able.kind === 'no' ? able.reason : null;
  const found = reason ?? (await orReason(warn, () => pairOwnCrates(sides, workplace, ports)));
  if (typeof found !== 'string' && found.kind === 'measured') {
    if (judgeOwnCrates(found.measured, { configuration: part.configuration, cases }) !== null)
      return { kind: 'rounds', base: base.sha, ...found.measured };
  }
  const isSmall = typeof found !== 'string';
  if (isSmall && !part.comparisons.some(isSuspiciousCold)) return null;
  const why = `the own crates were not compiled side by side: ${isSmall ? `they take less than ${LEAST_SECONDS} s` : found}`;
  ports.logger.info(why);
  const apart = { kind: 'apart', base: base.sha, why, cold: null } as const;
  if (suspiciousAfter(part, apart) === undefined) return apart;
  return { ...apart, cold: await orReason(warn, () => confirmCold(sides, workplace, ports)) };
}

/** The whole build is an upper bound of the own crates' cost. */
function isWorthIt({ measurement }: Measured): boolean {
  const cold = measurement.values.find(
    (value) => value.case === COMPILE_CASE && value.metric === 'cpu-seconds',
  );
  return cold !== undefined && cold.value >= LEAST_SECONDS;
}

/** A text says why it could not be done: a mistake of the project's or the system's is no reason to lose the rest. */
async function orReason<T>(warn: CompileRequest['warn'], work: () => Promise<T>): Promise<T | string> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof BuildError || error instanceof UserError || isOfTheSystem(error))) throw error;
    const reason = messageOf(error);
    warn(`Compiling base and head side by side failed: ${reason}`);
    return reason;
  }
}
