import type { TimePair } from '../../compare/fast-half.ts';
import type { Measurement } from '../../measure/measurement.ts';
import {
  type BenchData,
  type CompileData,
  type ConfigurationData,
  MAX_FAILED,
  MAX_LINE,
  MAX_OUTPUT,
  MAX_WARNINGS,
  type MeasuredData,
  REPORT_DATA_SCHEMA,
} from '../../measure/report-data.ts';
import type { ConfigurationPart } from '../../report/assemble.ts';
import type { ToolchainName } from '../../toolchain/toolchain.ts';
import { VERSION } from '../../version.ts';
import type { CompileFindings } from '../compile/settle.ts';

/** What one configuration left before anything was judged. */
export interface Collected {
  readonly toolchain: ToolchainName;
  readonly measurement: Measurement;
  /** Cases of another tool's numbers that are of category secondary. */
  readonly secondary: readonly string[];
  /** What could not be measured beside the build and the runs. */
  readonly failed: ConfigurationPart['failed'];
  readonly compile: CompileFindings | null;
  readonly bench: BenchData | null;
  /** Of the run, without the measurement's own and the benchmarks'. */
  readonly warnings: readonly string[];
}

/** A check's raw data. `parts`: in the order of the configuration file; one without `collected` did not build. */
export function collectData(
  commit: string,
  parts: readonly { readonly part: ConfigurationPart; readonly collected?: Collected }[],
): MeasuredData {
  return {
    schema: REPORT_DATA_SCHEMA,
    tare: VERSION,
    commit,
    configurations: parts.map(({ part, collected }) =>
      collected === undefined ? unbuilt(part) : built(part.configuration, collected),
    ),
  };
}

function unbuilt({ configuration, failed, warnings }: ConfigurationPart): ConfigurationData {
  return {
    configuration,
    head: null,
    compile: null,
    bench: null,
    failed: failedRows(failed),
    warnings: lines(warnings),
  };
}

function built(configuration: string, collected: Collected): ConfigurationData {
  const { toolchain, measurement, compile, bench, failed, warnings, secondary } = collected;
  const { identity, benchProfile, packages, values, benches, attributions } = measurement;
  return {
    configuration,
    head: {
      toolchain,
      identity,
      ...(benchProfile === undefined ? {} : { benchProfile }),
      packages,
      values,
      attributions,
      benches: benches.map((each) => each.case),
      secondary: [...secondary],
      warnings: lines(measurement.warnings),
    },
    compile: compile === null ? null : compileData(compile),
    bench:
      bench === null ? null : { ...bench, failed: failedRows(bench.failed), warnings: lines(bench.warnings) },
    failed: failedRows(failed),
    warnings: lines(warnings),
  };
}

function compileData(findings: CompileFindings): CompileData {
  if (findings.kind === 'unchanged') return findings;
  const pairs = (rounds: readonly TimePair[]) => rounds.map(([base, head]): [number, number] => [base, head]);
  if (findings.kind === 'rounds') {
    const crates = findings.crates.map(({ name, before, after }) => {
      return { name, before: [...before], after: [...after] };
    });
    return { ...findings, rounds: pairs(findings.rounds), crates };
  }
  const { cold } = findings;
  const why = findings.why.slice(0, MAX_LINE);
  const told = typeof cold === 'string' ? cold.slice(0, MAX_LINE) : cold;
  return { ...findings, why, cold: told === null || typeof told === 'string' ? told : pairs(told) };
}

function failedRows(rows: ConfigurationPart['failed']): ConfigurationData['failed'] {
  return rows.slice(0, MAX_FAILED).map(({ case: name, message, output }) => ({
    case: name,
    message: message.slice(0, MAX_LINE),
    output: output.slice(-MAX_OUTPUT),
  }));
}

function lines(warnings: readonly string[]): string[] {
  return warnings.slice(0, MAX_WARNINGS).map((text) => text.slice(0, MAX_LINE));
}
