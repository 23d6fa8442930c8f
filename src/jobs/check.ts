import { changedFields } from '../compare/identity.ts';
import type { Configuration } from '../config/config.ts';
import { BuildError } from '../errors.ts';
import { assembleReport } from '../report/assemble.ts';
import { VERSION } from '../version.ts';
import { withAttributions } from './attribution.ts';
import { type Base, type BaseRequest, obtainBase, rebuildBase } from './base.ts';
import { type WeighedPart, weighBenches, withBenches } from './bench/weigh.ts';
import { changedByHead } from './changed-by-head.ts';
import { weighCompile } from './compile/weigh.ts';
import { eachConfiguration, type Notes } from './configurations.ts';
import { measureHead } from './head.ts';
import { acceptedOf } from './history/accepted.ts';
import { finish, type JobRequest, type JobResult } from './job.ts';
import { type Measured, selectToolchain } from './measure.ts';
import { type ChangedByHead, comparedPart, failedPart } from './part.ts';
import type { JobPorts } from './ports.ts';
import { collectData } from './publish/collect.ts';
import { openWorkplace, type Workplace } from './workplace.ts';

/**
 * Weighs the checked-out commit against the nearest baseline of `request.commits` and presents the report.
 * A configuration that does not build, or is mistaken while others are not, is a `failed` row; the others are still compared.
 * Errors: UserError for a mistake in the request or the configuration.
 */
export async function check(request: JobRequest, ports: JobPorts): Promise<JobResult> {
  const workplace = await openWorkplace(ports.temporary);
  try {
    const weighed = await eachConfiguration(
      request,
      ports,
      (configuration, notes) => checkConfiguration(configuration, request, workplace, ports, notes),
      (part): WeighedPart => ({ part, rows: [] }),
    );
    const parts = withBenches(weighed);
    const rules = request.config;
    const accepted = await acceptedOf(parts, request, ports);
    const report = assembleReport({
      job: 'check',
      head: request.head,
      parts,
      tare: VERSION,
      rules,
      accepted,
    });
    return await finish(report, request, ports, collectData(request.head, weighed));
  } finally {
    await workplace.remove();
  }
}

async function checkConfiguration(
  configuration: Configuration,
  request: JobRequest,
  workplace: Workplace,
  ports: JobPorts,
  notes: Notes,
): Promise<WeighedPart> {
  const toolchain = await selectToolchain(configuration, request.directory, ports.toolchains);
  const baseRequest: BaseRequest = { ...request, configuration, toolchain };
  const { warnings, warn } = notes;
  const measured = await measureHead(request.head, 'later', baseRequest, workplace, ports);
  if (measured instanceof BuildError)
    return { part: failedPart(configuration, measured, warnings), rows: [] };
  const stored = await obtainBase(baseRequest, workplace, ports, notes);
  const byHead = await changedByHead(stored, measured.measurement.identity, (base) =>
    ports.git.changedFiles(base, request.head),
  );
  const base = await onThisToolchain(stored, measured, byHead, baseRequest, workplace, ports, warn);
  const minutes = request.config.benches.minutes / request.config.configurations.length;
  const compared = (head: Measured) => comparedPart(configuration, base, head, byHead, request.config, []);
  const rows = compared(measured);
  const head = await withAttributions(measured, base?.measurement ?? null, rows.comparisons, request.config);
  const part = head === measured ? rows : compared(head);
  const compiled = await weighCompile(
    { part, base, head, byHead, request: baseRequest, warn },
    workplace,
    ports,
  );
  const result = await weighBenches(
    { part: compiled.part, base, head, byHead, request: baseRequest, minutes, warn },
    workplace,
    ports,
  );
  const collected = {
    toolchain: toolchain.name,
    measurement: head.measurement,
    secondary: head.secondary,
    failed: part.failed,
    compile: compiled.raw,
    bench: result.bench ?? null,
    warnings,
  };
  return {
    ...result,
    collected,
    rows: [...compiled.rows, ...result.rows],
    part: { ...result.part, warnings: [...warnings, ...result.part.warnings] },
  };
}

/** A baseline from another toolchain, which the head did not ask for, says nothing about the head: the base is built again here. */
async function onThisToolchain(
  base: Base | null,
  head: Measured,
  byHead: ChangedByHead,
  request: BaseRequest,
  workplace: Workplace,
  ports: JobPorts,
  warn: (warning: string) => void,
): Promise<Base | null> {
  if (base === null || !request.config.baseline.rebuild) return base;
  const moved = changedFields(base.measurement.identity, head.measurement.identity).find(
    ({ field }) => field.startsWith('toolchain.') && !byHead(field),
  );
  if (moved === undefined) return base;
  const why = 'the stored one is of another toolchain';
  const rebuilt = await rebuildBase({ sha: base.sha, why }, request, workplace, ports, warn);
  if (rebuilt === null) return base;
  warn(
    `The stored baseline was built with another toolchain (${moved.before ?? 'unknown'}, here ${moved.after ?? 'unknown'}), so the base was built again in this job.`,
  );
  return { ...rebuilt, distance: base.distance };
}
