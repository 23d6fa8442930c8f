import type { Configuration } from '../config/config.ts';
import { BuildError } from '../errors.ts';
import { assembleReport, type ConfigurationPart } from '../report/assemble.ts';
import type { Recorded } from '../report/report.ts';
import type { FoundBaseline } from '../store/baseline.ts';
import { appendHistory, historyRow } from '../store/history.ts';
import { VERSION } from '../version.ts';
import { type BaseRequest, baseOf, findBaseline, seriesOf } from './base.ts';
import { measureHead } from './head.ts';
import { finish, type JobRequest, type JobResult } from './job.ts';
import { type Measured, selectToolchain } from './measure.ts';
import { comparedPart, failedPart } from './part.ts';
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
    const parts: ConfigurationPart[] = [];
    for (const configuration of request.config.configurations) {
      parts.push(await recordConfiguration(configuration, request, workplace, ports));
    }
    const report = assembleReport({ job: 'record', head: request.head, parts, tare: VERSION });
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
): Promise<ConfigurationPart> {
  const toolchain = await selectToolchain(configuration, request.directory, ports.toolchains);
  const baseRequest: BaseRequest = { ...request, configuration, toolchain };
  const head = await measureHead(request.head, 'now', baseRequest, workplace, ports);
  if (head instanceof BuildError) return failedPart(configuration, head, []);
  const previous = await findBaseline(baseRequest, workplace, ports);
  const { recorded, warnings } = await store(head, previous, baseRequest, ports);
  const base = baseOf(previous);
  const notes = [...request.notes, ...warnings];
  const part = comparedPart(configuration, base, head, isFromRepository, request.config, notes);
  return { ...part, recorded };
}

interface Stored {
  readonly recorded: Recorded;
  readonly warnings: readonly string[];
}

async function store(
  head: Measured,
  previous: FoundBaseline | null,
  request: BaseRequest,
  ports: JobPorts,
): Promise<Stored> {
  const { measurement, directory } = head;
  const history = appendHistory(previous?.history ?? [], historyRow(measurement));
  const series = seriesOf(request, ports);
  const outcome = await ports.store.save({ series, measurement, history, directory });
  if (outcome.saved) {
    ports.logger.info(`Baseline stored: ${outcome.key}`);
    return { recorded: 'now', warnings: [] };
  }
  if (outcome.recorded) {
    ports.logger.info(`No baseline was stored: ${outcome.reason}`);
    return { recorded: 'earlier', warnings: [] };
  }
  const warning = `No baseline was stored: ${outcome.reason}`;
  ports.logger.warning(warning);
  return { recorded: 'no', warnings: [warning] };
}

/** On main nobody waits for a verdict: a toolchain that moved with the image is left undecided, not rebuilt. */
function isFromRepository(field: string): boolean {
  return !/^(toolchain\.|machine\.|linker$|jobs$)/.test(field);
}
