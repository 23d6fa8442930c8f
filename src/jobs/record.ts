import type { Configuration } from '../config/config.ts';
import { BuildError } from '../errors.ts';
import { assembleReport } from '../report/assemble.ts';
import type { Recorded } from '../report/report.ts';
import type { FoundBaseline } from '../store/baseline.ts';
import { appendHistory as appendRow, historyRow } from '../store/history.ts';
import { VERSION } from '../version.ts';
import { type BaseRequest, baseOf, findBaseline, seriesOf } from './base.ts';
import { type WeighedPart, weighBenches, withBenches } from './bench/weigh.ts';
import { eachConfiguration, type Notes } from './configurations.ts';
import { measureHead } from './head.ts';
import { appendHistory, type HistoryDraft, type HistoryPart } from './history/append.ts';
import { rowRatios } from './history/ratios.ts';
import { finish, type JobRequest, type JobResult } from './job.ts';
import { type Measured, selectToolchain } from './measure.ts';
import { comparedPart, failedPart, isFromRepository } from './part.ts';
import type { JobPorts } from './ports.ts';
import { openWorkplace, type Workplace } from './workplace.ts';

/** What came of one configuration; `draft`: for the history, null for a mistake in the configuration. */
interface RecordedPart extends WeighedPart {
  readonly draft: HistoryDraft | null;
}

/**
 * Measures the checked-out commit, weighs its benchmarks against the nearest earlier baseline of `request.commits`, stores it as a
 * baseline, adds it to the history, and presents it beside that baseline. What cannot be stored is a warning in the report.
 * Errors: UserError for a mistake in the request or the configuration.
 */
export async function record(request: JobRequest, ports: JobPorts): Promise<JobResult> {
  const workplace = await openWorkplace(ports.temporary);
  try {
    const weighed = await eachConfiguration(
      request,
      ports,
      (configuration, notes) => recordConfiguration(configuration, request, workplace, ports, notes),
      (part): RecordedPart => ({ part, rows: [], draft: null }),
    );
    const parts = withBenches(weighed);
    const warnings: string[] = [];
    const accepted = await appendHistory(withDrafts(parts, weighed), request, ports, (warning) => {
      ports.logger.warning(warning);
      warnings.push(warning);
    });
    const report = assembleReport({
      job: 'record',
      head: request.head,
      parts: parts.map((part) => ({ ...part, warnings: [...part.warnings, ...warnings] })),
      tare: VERSION,
      rules: request.config,
      accepted,
    });
    return await finish(report, request, ports);
  } finally {
    await workplace.remove();
  }
}

function withDrafts(
  parts: readonly HistoryPart['part'][],
  weighed: readonly RecordedPart[],
): readonly HistoryPart[] {
  return parts.flatMap((part, index) => {
    const draft = weighed[index]?.draft ?? null;
    return draft === null ? [] : [{ part, draft }];
  });
}

async function recordConfiguration(
  configuration: Configuration,
  request: JobRequest,
  workplace: Workplace,
  ports: JobPorts,
  notes: Notes,
): Promise<RecordedPart> {
  const toolchain = await selectToolchain(configuration, request.directory, ports.toolchains);
  const baseRequest: BaseRequest = { ...request, configuration, toolchain };
  const series = seriesOf(baseRequest, ports);
  const head = await measureHead(request.head, 'now', baseRequest, workplace, ports);
  if (head instanceof BuildError) {
    const recorded = ports.clock.now().toISOString();
    const draft = { series, identity: {}, values: [], recorded, unchanged: [] };
    return { part: failedPart(configuration, head, notes.warnings), rows: [], draft };
  }
  const previous = await findBaseline(baseRequest, workplace, ports, notes.keep);
  const base = baseOf(previous);
  // On main nobody waits for a verdict: a toolchain that moved with the image is left undecided, not rebuilt.
  const part = comparedPart(configuration, base, head, isFromRepository, request.config, []);
  const minutes = request.config.benches.minutes / request.config.configurations.length;
  const { warn } = notes;
  const weigh = { part, base, head, byHead: isFromRepository, request: baseRequest, minutes, warn };
  const weighed = await weighBenches(weigh, workplace, ports);
  const recorded = await store(head, previous, weighed, baseRequest, ports, notes);
  const { identity, values, recorded: time } = head.measurement;
  return {
    ...weighed,
    part: { ...weighed.part, recorded, warnings: [...notes.warnings, ...weighed.part.warnings] },
    draft: { series, identity, values, recorded: time, unchanged: weighed.unchanged ?? [] },
  };
}

async function store(
  head: Measured,
  previous: FoundBaseline | null,
  weighed: WeighedPart,
  request: BaseRequest,
  ports: JobPorts,
  { warn, keep }: Notes,
): Promise<Recorded> {
  const { measurement, directory } = head;
  const row = historyRow(measurement, rowRatios(weighed));
  const history = appendRow(previous?.history ?? [], row);
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
