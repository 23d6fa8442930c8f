import type { AttributionDiff } from '../compare/attribution.ts';
import type { CaseValues } from '../compare/compare.ts';
import type { Cause, Comparison } from '../compare/comparison.ts';
import type { CrateCost } from '../compare/compile/crates.ts';
import type { FieldChange } from '../compare/identity.ts';
import { type RuleScope, unmatchedRules } from '../compare/unmatched.ts';
import { joinedVerdict } from '../compare/verdict.ts';
import type { Acceptance } from '../measure/history-record.ts';
import type { Identity } from '../measure/measurement.ts';
import { movedRows } from './attribution.ts';
import {
  type BenchRunFacts,
  REPORT_SCHEMA,
  type Recorded,
  type Report,
  type ReportBase,
  type ReportJob,
  type ReportVerdict,
} from './report.ts';

/** One configuration's share of a report. */
export interface ConfigurationPart {
  readonly configuration: string;
  /** null when there is nothing to compare with, or the head did not build. */
  readonly base: ReportBase | null;
  readonly baseIdentity: Identity | null;
  /** Empty when the head did not build. */
  readonly headIdentity: Identity;
  readonly changed: readonly FieldChange[];
  readonly comparisons: readonly Comparison[];
  readonly added: readonly CaseValues[];
  readonly removed: readonly CaseValues[];
  /** Names of all cases of base and head; left out when they are not known, since the head did not build. */
  readonly cases?: readonly string[];
  readonly failed: readonly {
    readonly case: string;
    readonly message: string;
    /** The last lines of output, plain text. */
    readonly output: string;
  }[];
  readonly causes: readonly Cause[];
  /** Where the bytes of programs went; left out when none moved. */
  readonly attributions?: readonly AttributionDiff[] | undefined;
  readonly warnings: readonly string[];
  /** What became of the head as a baseline; left out by a job that records none. */
  readonly recorded?: Recorded | undefined;
  /** How the benchmarks were run; left out when none was. */
  readonly bench?: BenchRunFacts | undefined;
  /** What the workspace's own crates cost, the largest change first; left out when they were not compiled side by side. */
  readonly crates?: readonly CrateCost[] | undefined;
}

export interface ReportParts {
  readonly job: ReportJob;
  /** Full SHA of the measured commit. */
  readonly head: string;
  /** At least one, in the order of the configuration file. */
  readonly parts: readonly ConfigurationPart[];
  /** Version of Tare. */
  readonly tare: string;
  /** What was accepted of the head's regressions; none when left out. */
  readonly accepted?: readonly Acceptance[];
  /** For a warning about each rule that fits no case; left out: no such warning. */
  readonly rules?: ReportRules;
}

/** `partial`: whether the file has configurations that are not in this report, whose cases a rule may fit. */
export type ReportRules = RuleScope & { readonly partial?: boolean };

/** Joins the configurations' parts into one report. Texts and lists that the schema would refuse as too long are cut. */
export function assembleReport({ job, head, parts, tare, rules, accepted = [] }: ReportParts): Report {
  const [first, ...rest] = parts;
  if (first === undefined) throw new Error('a report needs at least one configuration');
  return {
    schema: REPORT_SCHEMA,
    job,
    verdict: verdictOf(parts),
    configuration: first.configuration,
    base: baseOf(first),
    head: { sha: head },
    identity: identityOf(first),
    ...runOf(first),
    others: rest.map((part) => ({
      configuration: part.configuration,
      base: baseOf(part),
      identity: identityOf(part),
      ...runOf(part),
    })),
    comparisons: parts.flatMap((part) => part.comparisons.map((row) => ({ ...row, why: [...row.why] }))),
    added: parts.flatMap((part) => part.added.map((row) => caseRow(part, row))),
    removed: parts.flatMap((part) => part.removed.map((row) => caseRow(part, row))),
    failed: parts.flatMap((part) =>
      part.failed.map((row) => ({
        configuration: part.configuration,
        case: row.case,
        message: row.message.slice(0, MAX_TEXT),
        output: row.output.slice(-MAX_OUTPUT),
      })),
    ),
    crates: parts
      .flatMap(({ configuration, crates }) => (crates ?? []).map((crate) => ({ configuration, ...crate })))
      .slice(0, MAX_CRATES),
    attributions: parts
      .flatMap(({ configuration, attributions }) =>
        (attributions ?? []).map((diff) => movedRows(configuration, diff)),
      )
      .slice(0, MAX_ATTRIBUTIONS),
    causes: parts
      .flatMap((part) => part.causes.map((cause) => ({ ...cause, configuration: part.configuration })))
      .slice(0, MAX_CAUSES),
    accepted: accepted.slice(0, MAX_ACCEPTED).map((each) => ({ ...each })),
    warnings: [...new Set([...parts.flatMap((part) => part.warnings), ...idleRules(parts, rules)])]
      .map((text) => text.slice(0, MAX_TEXT))
      .slice(0, MAX_WARNINGS),
    tare,
  };
}

// The bounds of the report's schema.
const MAX_TEXT = 4000;
const MAX_OUTPUT = 20_000;
const MAX_ATTRIBUTIONS = 1000;
const MAX_ACCEPTED = 200;
const MAX_CAUSES = 2000;
const MAX_CRATES = 5000;
const MAX_CHANGED = 2000;
const MAX_WARNINGS = 1000;

/** "No change" is said only when every configuration has a base and something was compared. */
function verdictOf(parts: readonly ConfigurationPart[]): ReportVerdict {
  const verdict = joinedVerdict(parts.flatMap((part) => part.comparisons));
  const compared = parts.some((part) => part.comparisons.length > 0);
  const unknown = !compared || parts.some((part) => part.base === null);
  return verdict === 'none' && unknown ? 'inconclusive' : verdict;
}

function idleRules(parts: readonly ConfigurationPart[], rules: ReportRules | undefined): string[] {
  if (rules === undefined || rules.partial || rules.cases.length === 0) return [];
  const cases: string[] = [];
  for (const part of parts) {
    if (part.cases === undefined) return [];
    const told = [part.comparisons, part.added, part.removed, part.failed];
    cases.push(...part.cases, ...told.flatMap((rows) => rows.map((row) => row.case)));
  }
  return unmatchedRules(rules, new Set(cases));
}

function baseOf({ base }: ConfigurationPart): ReportBase | null {
  return base === null ? null : { sha: base.sha, distance: base.distance, source: base.source };
}

function identityOf(part: ConfigurationPart): Report['identity'] {
  return {
    base: part.baseIdentity === null ? null : { ...part.baseIdentity },
    head: { ...part.headIdentity },
    changed: part.changed
      .slice(0, MAX_CHANGED)
      .map((change) => ({ configuration: part.configuration, ...change })),
  };
}

function runOf({ recorded, bench }: ConfigurationPart): Pick<Report, 'recorded' | 'bench'> {
  return { recorded: recorded ?? null, bench: bench ?? null };
}

function caseRow(part: ConfigurationPart, row: CaseValues): Report['added'][number] {
  return {
    configuration: part.configuration,
    case: row.case,
    values: row.values.map((value) => ({ ...value })),
  };
}
