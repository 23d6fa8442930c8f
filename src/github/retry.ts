import { isRateLimit, type Refusal, secondsToWait } from './refusal.ts';

export const MAX_TRIES = 3;
/** Requests and waits of one call together. */
export const MAX_SECONDS = 60;

/** How one try of a request ended without success. */
export type Failure =
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** No answer, or a part of one. */
  | { readonly kind: 'unanswered'; readonly reason: string };

export interface Tries {
  /** Tries made, the failed one included. */
  readonly made: number;
  /** Seconds spent on them and on waiting between them. */
  readonly spentSeconds: number;
  /** Whether the request may be sent again although it may have been carried out. */
  readonly repeatable: boolean;
}

/**
 * Seconds to wait before the next try; null: give up. A rate limit means that the request was not carried out, so even
 * a request that is not repeatable is sent again. Where GitHub names a time it is kept to, or the call gives up.
 */
export function waitBeforeRetry(failure: Failure, tries: Tries, now: Date): number | null {
  if (tries.made >= MAX_TRIES) return null;
  const wait = wantedWait(failure, tries, now);
  if (wait === null || tries.spentSeconds + wait >= MAX_SECONDS) return null;
  return wait;
}

function wantedWait(failure: Failure, tries: Tries, now: Date): number | null {
  const backOff = tries.made === 1 ? 1 : 4;
  if (failure.kind === 'unanswered') return tries.repeatable ? backOff : null;
  const { refusal } = failure;
  // Without a time, GitHub wants at least a minute after a secondary limit: more than a call may take.
  if (isRateLimit(refusal)) return secondsToWait(refusal, now);
  if (refusal.status < 500 || !tries.repeatable) return null;
  return Math.max(backOff, secondsToWait(refusal, now) ?? 0);
}
