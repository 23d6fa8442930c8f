import type { WorkerRun } from './cache-client.ts';

export type Restored =
  | { readonly kind: 'hit'; readonly key: string }
  | { readonly kind: 'miss' }
  | { readonly kind: 'unavailable' }
  /** `key`: the entry that was found and could not be fetched or unpacked; null: the service itself failed. */
  | { readonly kind: 'failed'; readonly key: string | null; readonly reason: string };

export type Saved =
  | { readonly kind: 'saved' }
  /** An entry of this key exists already. */
  | { readonly kind: 'exists' }
  /** The service refuses this token. */
  | { readonly kind: 'denied'; readonly reason: string }
  | { readonly kind: 'unavailable' }
  | { readonly kind: 'failed'; readonly reason: string };

/** What a worker's answer to a restore, and its log, mean: @actions/cache answers "no entry" for every failure. */
export function restoreOutcome(run: WorkerRun): Restored {
  const found = foundKey(run.lines);
  if (run.ended !== null) return { kind: 'failed', key: found, reason: run.ended };
  if (run.reply?.reply === 'unavailable') return { kind: 'unavailable' };
  if (run.reply?.reply === 'threw') return { kind: 'failed', key: null, reason: tidy(run.reply.message) };
  if (run.reply?.reply === 'restored' && run.reply.key !== null) return { kind: 'hit', key: run.reply.key };
  const problem = problems(run.lines).at(-1);
  return problem === undefined ? { kind: 'miss' } : { kind: 'failed', key: found, reason: problem };
}

/** What a worker's answer to a save, and its log, mean: -1 stands for every failure. */
export function saveOutcome(run: WorkerRun): Saved {
  if (run.ended !== null) return { kind: 'failed', reason: run.ended };
  if (run.reply?.reply === 'unavailable') return { kind: 'unavailable' };
  if (run.reply?.reply === 'threw') return { kind: 'failed', reason: tidy(run.reply.message) };
  if (run.reply?.reply === 'saved' && run.reply.id !== -1) return { kind: 'saved' };
  const said = problems(run.lines);
  const denied = said.find((problem) => problem.includes('cache write denied:'));
  if (denied !== undefined)
    return { kind: 'denied', reason: denied.slice(denied.indexOf('cache write denied:')) };
  const refusal = reservationError(run.lines);
  if (refusal?.includes('(409)')) return { kind: 'exists' };
  return { kind: 'failed', reason: refusal ?? said.at(-1) ?? 'the cache client gave no reason' };
}

/** Warnings and errors that the client printed, without its own introduction. */
function problems(lines: readonly string[]): string[] {
  return lines.flatMap((line) => {
    const text = /^::(?:warning|error)(?: [^:]*)?::(.*)$/.exec(line)?.[1];
    return text === undefined ? [] : [tidy(text).replace(/^Failed to (?:restore|save): /, '')];
  });
}

/** The client keeps the true cause of a refused reservation in its debug log. */
function reservationError(lines: readonly string[]): string | undefined {
  const prefix = '::debug::Failed to reserve cache: ';
  const line = lines.findLast((candidate) => candidate.startsWith(prefix));
  return line === undefined ? undefined : tidy(line.slice(prefix.length)).replace(/^Error: /, '');
}

function foundKey(lines: readonly string[]): string | null {
  return lines.map((line) => /^Cache hit for(?: restore-key)?: (.*)$/.exec(line)?.[1]).find(Boolean) ?? null;
}

/** One line, workflow command escapes undone, queries of signed addresses cut. */
function tidy(text: string): string {
  return text
    .replace(/%0[AD]/gi, ' ')
    .replace(/%25/g, '%')
    .replace(/(https?:\/\/[^\s?]+)\?\S+/g, '$1?…')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 500);
}
