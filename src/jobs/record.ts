import type { Configuration } from '../config/config.ts';
import { BuildError } from '../errors.ts';
import { assembleReport, type ConfigurationPart } from '../report/assemble.ts';
import type { Recorded } from '../report/report.ts';
import type { FoundBaseline } from '../store/baseline.ts';
import { appendHistory, historyRow } from '../store/history.ts';
import { VERSION } from '../version.ts';
import { type BaseRequest, baseOf, findBaseline, seriesOf } from './base.ts';
import { eachConfiguration, type Notes } from './configurations.ts';
import { measureHead } from './head.ts';
import { finish, type JobRequest, type JobResult } from './job.ts';
import { type Measured, selectToolchain } from './measure.ts';
import { comparedPart, failedPart, isFromRepository } from './part.ts';
import type { JobPorts } from './ports.ts';
import { openWorkplace, type Workplace } from './workplace.ts';

/**
 * Measures the checked-out commit, stores it as a baseline, and presents it beside the nearest earlier one of
 * `request.commits`. A baseline that cannot be stored is a warning in the report.
 * Errors: UserError for a mistake in the request or the configuration.
 */
export async function record(request: JobRequest, ports: JobPorts): Promise<JobResult> {
  const workplace = await openWorkplace(ports.temporary);
  try {
    const parts = await eachConfiguration(
      request,
      ports,
      (configuration, notes) => recordConfiguration(configuration, request, workplace, ports, notes),
      (part) => part,
    );
    const rules = request.config;
    const report = assembleReport({ job: 'record', head: request.head, parts, tare: VERSION, rules });
    return await finish(report, request, ports);
  } finally {
    await workplace.remove();
  }
}

async function recordConfiguration(
  configuration: Configuration,
  request: JobRequest,
  workplace: Workplace,
  ports: JobPorts,
  notes: Notes,
): Promise<ConfigurationPart> {
  const toolchain = await selectToolchain(configuration, request.directory, ports.toolchains);
  const baseRequest: BaseRequest = { ...request, configuration, toolchain };
  const head = await measureHead(request.head, 'now', baseRequest, workplace, ports);
  if (head instanceof BuildError) return failedPart(configuration, head, notes.warnings);
  const previous = await findBaseline(baseRequest, workplace, ports, notes.keep);
  const recorded = await store(head, previous, baseRequest, ports, notes);
  const base = baseOf(previous);
  const { warnings } = notes;
  // On main nobody waits for a verdict: a toolchain that moved with the image is left undecided, not rebuilt.
  const part = comparedPart(configuration, base, head, isFromRepository, request.config, warnings);
  return { ...part, recorded };
}

async function store(
  head: Measured,
  previous: FoundBaseline | null,
  request: BaseRequest,
  ports: JobPorts,
  { warn, keep }: Notes,
): Promise<Recorded> {
  const { measurement, directory } = head;
  const history = appendHistory(previous?.history ?? [], historyRow(measurement));
  const series = seriesOf(request, ports);
  const outcome = await ports.store.save({ series, measurement, history, directory, onWarning: keep });
  if (outcome.saved) {
    ports.logger.info(`Baseline stored: ${outcome.key}`);
    return 'now';
  }
  if (outcome.recorded) {
    ports.logger.info(`No baseline was stored: ${outcome.reason}`);
    return 'earlier';
  }
  warn(`No baseline was stored: ${outcome.reason}`);
  return 'no';
}
