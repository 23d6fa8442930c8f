import { worstRows } from '../../compare/triage/entries.ts';
import type { TriageRow } from '../../compare/triage/entry.ts';
import type { ConfigurationTriage } from '../../compare/triage/triage.ts';
import type { TotalRun } from '../../report/triage/document.ts';
import type { JobPorts } from '../ports.ts';
import type { Workplace } from '../workplace.ts';
import type { Budget } from './budget.ts';
import type { ProgramShelf } from './programs.ts';
import { runAgainst } from './run-against.ts';

export interface MeasuredTotal {
  readonly total: readonly TriageRow[];
  readonly totalRun: TotalRun;
}

/**
 * The range's total with its run times measured: the programs of its first and its last measured commit run against each other. Where
 * that cannot be, the sums of the stored ratios stay, and the reason is told.
 */
export async function measuredTotal(
  part: ConfigurationTriage,
  shelf: ProgramShelf | string,
  minutes: number,
  budget: Budget,
  workplace: Workplace,
  ports: JobPorts,
): Promise<MeasuredTotal> {
  const summed = part.total.some(isRunTime);
  const { first, last } = part;
  const kept = (reason: string): MeasuredTotal => ({
    total: part.total,
    totalRun: { how: summed ? 'summed' : 'none', pairs: 0, minutes: 0, reason },
  });
  if (first === null || last === null) return kept('fewer than two commits of it were measured');
  if (typeof shelf === 'string') return kept(shelf);
  if (!shelf.request.config.benches.enabled) return kept('benchmarks are switched off');
  if (budget.left() <= 0) return kept('no time was left');
  const [base, head] = [
    (await shelf.stored(first)) ?? (await shelf.built(first)),
    (await shelf.stored(last)) ?? (await shelf.built(last)),
  ];
  const missing = base === null ? first : head === null ? last : null;
  if (base === null || head === null)
    return kept(`no programs of ${missing?.slice(0, 10)} are stored any more`);
  const time = Math.min(minutes, budget.left());
  const run = await runAgainst(base, head, time, shelf, workplace, ports);
  if (run.rows.length === 0 && run.unchanged.length === 0)
    return kept(run.failed[0] ?? 'there is no benchmark that both commits have');
  // What the same programs do with the same files has not moved over the range, whatever the single steps add up to.
  const ran = new Set([...run.rows.map((row) => row.case), ...run.unchanged]);
  const moved: TriageRow[] = run.rows.filter((row) => row.headline && row.relevant);
  const others = part.total.filter((row) => !isRunTime(row) || !ran.has(row.case));
  const reason = run.rows.length === 0 ? 'the first and the last programs of the range are the same' : null;
  const totalRun: TotalRun = { how: 'measured', pairs: run.pairs, minutes: run.minutes, reason };
  return { total: worstRows([...others, ...moved]), totalRun };
}

function isRunTime(row: TriageRow): boolean {
  return row.tier === 'paired';
}
