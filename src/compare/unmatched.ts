import type { CaseRule } from '../config/config.ts';
import { AXES, type Axis, mayFit } from '../measure/metric.ts';
import { ruleMatcher } from './rules.ts';

/** The settings that decide which cases there can be. */
export interface RuleScope {
  readonly cases: readonly CaseRule[];
  readonly compile: { readonly enabled: boolean };
  readonly benches: {
    readonly enabled: boolean;
    readonly filter: readonly string[];
    readonly exclude: readonly string[];
    readonly commands: readonly { readonly name: string }[];
    readonly numbers: readonly unknown[];
  };
}

/**
 * One warning for each `match` of `[[case]]` that fits none of the cases of a whole report, all its configurations, base and
 * head. Rules for an axis whose cases are not all known are passed over: one that is switched off or filtered, and
 * benchmarks when numbers come from files.
 */
export function unmatchedRules(scope: RuleScope, cases: Iterable<string>): string[] {
  const fitting = ruleMatcher(scope.cases);
  const fitted = new Set<CaseRule>();
  const commands = scope.benches.commands.map(({ name }) => `bench ${name}`);
  for (const name of [...cases, ...commands]) for (const rule of fitting(name)) fitted.add(rule);
  const open = AXES.filter((axis) => !isKnown(axis, scope));
  const idle = scope.cases.filter(
    (rule) => !fitted.has(rule) && !open.some((axis) => mayFit(rule.match, axis)),
  );
  return [...new Set(idle.map(({ match }) => match))].map(
    (match) =>
      `The [[case]] rule for ${JSON.stringify(match)} fits no case that was measured, so nothing is held to it; correct its match or remove it.`,
  );
}

function isKnown(axis: Axis, { compile, benches }: RuleScope): boolean {
  if (axis === 'compile') return compile.enabled;
  if (axis !== 'bench') return true;
  return benches.enabled && benches.filter.length + benches.exclude.length + benches.numbers.length === 0;
}
