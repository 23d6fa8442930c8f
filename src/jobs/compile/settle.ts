import type { JudgedRow } from '../../compare/bench.ts';
import type { Comparison } from '../../compare/comparison.ts';
import { isSuspiciousCold, noted, settleAsNoise, settleByPairs } from '../../compare/compile/cold.ts';
import { crateCosts } from '../../compare/compile/crates.ts';
import { judgeOwnCrates, type OwnCratesCase } from '../../compare/compile/own-crates.ts';
import type { TimePair } from '../../compare/fast-half.ts';
import type { CaseRule } from '../../config/config.ts';
import type { ConfigurationPart } from '../../report/assemble.ts';

/** What was found of the cost of compiling base and head, before any judgement. `base`: full SHA of the base that was compiled. */
export type CompileFindings = { readonly base: string } & (
  | /** Nothing that is compiled differs. */ { readonly kind: 'unchanged' }
  | /** Both sides' own crates were compiled in turn. */ ({ readonly kind: 'rounds' } & OwnCratesCase)
  | {
      readonly kind: 'apart';
      /** Why they were not. */
      readonly why: string;
      /** CPU seconds of cold builds in turn, or why there are none; null: none was asked for. */
      readonly cold: readonly TimePair[] | string | null;
    }
);

export interface SettledCompile {
  /** The part given, with what was learned of the cold build and of single crates. */
  readonly part: ConfigurationPart;
  /** The row of the own crates, before the correction over the report. */
  readonly rows: readonly JudgedRow[];
}

/** Judges what was found. `cases`: the user's rules. */
export function settleCompile(
  part: ConfigurationPart,
  findings: CompileFindings | null,
  cases: readonly CaseRule[],
): SettledCompile {
  if (findings === null) return { part, rows: [] };
  if (findings.kind === 'unchanged') return { part: settled(part, settleAsNoise), rows: [] };
  if (findings.kind === 'apart') return { part: apart(part, findings), rows: [] };
  const row = judgeOwnCrates(findings, { configuration: part.configuration, cases });
  if (row === null) return { part, rows: [] };
  return { part: { ...part, crates: crateCosts(findings.crates) }, rows: [row] };
}

type Apart = Extract<CompileFindings, { kind: 'apart' }>;

/** The cold build that is still suspicious when the own crates were not compiled; undefined: none is. */
export function suspiciousAfter(part: ConfigurationPart, { why }: Apart): Comparison | undefined {
  return settled(part, (row) => noted(row, why)).comparisons.find(isSuspiciousCold);
}

function apart(part: ConfigurationPart, { why, cold }: Apart): ConfigurationPart {
  const told = settled(part, (row) => noted(row, why));
  const suspicious = told.comparisons.find(isSuspiciousCold);
  if (cold === null || suspicious === undefined) return told;
  return settled(told, (row) => {
    if (row !== suspicious) return row;
    return typeof cold === 'string' ? noted(row, `no paired rebuild: ${cold}`) : settleByPairs(row, cold);
  });
}

function settled(part: ConfigurationPart, settle: (row: Comparison) => Comparison): ConfigurationPart {
  return { ...part, comparisons: part.comparisons.map(settle) };
}
