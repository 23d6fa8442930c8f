import { compareMeasurements } from '../compare/compare.ts';
import type { CaseRule, Config, Configuration } from '../config/config.ts';
import { BuildError } from '../errors.ts';
import type { Measurement } from '../measure/measurement.ts';
import type { ConfigurationPart } from '../report/assemble.ts';
import type { Base } from './base.ts';
import type { Measured } from './measure.ts';

/** Whether an identity field differs because of the head's own change, rather than the machine's. */
export type ChangedByHead = (field: string) => boolean;

/** Whether a commit alone decides an identity field: neither the machine's nor the toolchain's, which may come with its image. */
export function isFromRepository(field: string): boolean {
  return !isOfToolchain(field) && !field.startsWith('machine.') && field !== 'jobs';
}

/** Whether a field follows the toolchain that is installed or selected. */
export function isOfToolchain(field: string): boolean {
  return field.startsWith('toolchain.') || field === 'linker';
}

/** What a head's share of the report is made of. */
export type MeasuredHead = Pick<Measured, 'measurement' | 'failed' | 'secondary'>;

/** One configuration's share of the report: the head against its base. */
export function comparedPart(
  configuration: Configuration,
  base: Base | null,
  head: MeasuredHead,
  byHead: ChangedByHead,
  config: Config,
  warnings: readonly string[],
): ConfigurationPart {
  // Before the user's own rules, which win.
  const secondary = head.secondary.map((name): CaseRule => ({ ...NO_LIMITS, match: name }));
  const compared = compareMeasurements({
    configuration: configuration.name,
    base: base === null ? null : wanted(base.measurement, config),
    head: head.measurement,
    history: base?.history ?? [],
    config: { size: config.size, cases: [...secondary, ...config.cases] },
    changedByHead: byHead,
  });
  return {
    configuration: configuration.name,
    base: base === null ? null : { sha: base.sha, distance: base.distance, source: base.source },
    baseIdentity: base?.measurement.identity ?? null,
    headIdentity: head.measurement.identity,
    ...compared,
    failed: head.failed,
    warnings: [...warnings, ...head.measurement.warnings, ...compared.warnings],
  };
}

/** A baseline may hold what is no longer asked for; that was not removed by the head. */
function wanted(measurement: Measurement, { compile }: Config): Measurement {
  if (compile.enabled) return measurement;
  return { ...measurement, values: measurement.values.filter((value) => !value.case.startsWith('compile ')) };
}

const NO_LIMITS = { metric: null, category: 'secondary', floor: null, change: null, budget: null } as const;

/** One configuration's share of the report when its head does not build or a mistake in it ends it. */
export function failedPart(
  configuration: Configuration,
  error: Error,
  warnings: readonly string[],
): ConfigurationPart {
  return {
    configuration: configuration.name,
    base: null,
    baseIdentity: null,
    headIdentity: {},
    comparisons: [],
    added: [],
    removed: [],
    changed: [],
    causes: [],
    failed: [
      {
        case: 'compile workspace',
        message: error.message,
        output: error instanceof BuildError ? error.output : '',
      },
    ],
    warnings: [...warnings],
  };
}
