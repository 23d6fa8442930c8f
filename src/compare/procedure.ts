import { isSigned, type Verdict } from './comparison.ts';
import type { TimePair } from './fast-half.ts';
import { judgeLayouts, type LayoutJudgement, type LayoutTimes, MIN_LAYOUTS } from './layout.ts';
import { LOOKS, nextLook } from './looks.ts';
import { type JudgedPairs, judgePairs, type PairedRule, type RejectedPairs } from './paired.ts';
import { plainPercent, signedPercent } from './percent.ts';
import { CONFIRMING, confirm } from './screen.ts';

/** What has been measured of one case so far. Times are of whole processes, in seconds. */
export interface PairedState {
  /** Full name; it seeds the draws, so that a report can be reproduced. */
  readonly case: string;
  readonly rule: PairedRule;
  readonly screening: readonly TimePair[];
  /** Fresh pairs, run after the screening flagged the case. */
  readonly confirmation: readonly TimePair[];
  /** null: not run yet. */
  readonly layouts: Layouts | NoLayouts | null;
  /** No time is left: the answer must come from what there is. */
  readonly spent: boolean;
}

/** Times of every layout of both sides, all run in every round. */
export interface Layouts {
  readonly base: LayoutTimes;
  readonly head: LayoutTimes;
}

/** Layouts cannot be had. */
export interface NoLayouts {
  /** The rest of "placement was not ruled out: …", without a full stop. */
  readonly unavailable: string;
}

/** What to do next about one case. */
export type Decision =
  | { readonly kind: 'pairs'; readonly more: number }
  | { readonly kind: 'confirm'; readonly more: number }
  /** Run `rounds` more rounds of at least `layouts` layouts a side. */
  | { readonly kind: 'layouts'; readonly layouts: number; readonly rounds: number }
  /** A time that cannot be one: the case has failed. */
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'done'; readonly outcome: PairedOutcome };

/** The answer about one case, before the correction over the report. */
export interface PairedOutcome {
  readonly verdict: Verdict;
  /** The judgement whose change, interval and p are shown. */
  readonly judged: JudgedPairs;
  /** The pairs behind it. */
  readonly pairs: readonly TimePair[];
  /** How far placement was looked into; null for a case that was not flagged and confirmed. */
  readonly placement: 'survives' | 'placement' | 'undecided' | 'not ruled out' | null;
  /** A change that was seen and could not be settled. */
  readonly suspicious: boolean;
  /** Reasons, each a sentence without a full stop. */
  readonly why: readonly string[];
}

/** Fresh pairs after which a change that they show too uncertainly is looked at again. Source: docs/adr/0007-paired-rule.md. */
const CONFIRM_LOOKS = [CONFIRMING.pairs, 60, 80] as const;
/** Rounds of layouts after which it is looked at whether the change survives. */
const LAYOUT_LOOKS = [20, 40] as const;

/**
 * The next step for one case, whatever steps led here: looks at 12, 20, 30, 45 and 60 pairs until the answer is not open; a case
 * that would be flagged, in either direction, gets 40 fresh pairs, and up to 80 while they agree and do not suffice; a confirmed change goes through 4 layouts a side (placement
 * makes a program faster as often as slower). Pure: the same state gives the same decision. Source: detection §2, 5 and 7; §3.
 */
export function decide(state: PairedState): Decision {
  const { screening, spent } = state;
  const atLook = LOOKS.some((look) => look === screening.length) || screening.length > (LOOKS.at(-1) ?? 0);
  const next = nextLook(screening.length);
  if (!atLook && !spent && next !== null) return morePairs(state, next);
  const screened = judgePairs(screening, `${state.case} screening`, state.rule);
  if (screened.kind === 'rejected') return failed(screened);
  if (isSigned(screened.verdict)) return confirming(state, screened);
  if (screened.verdict === 'inconclusive' && next !== null && !spent) return morePairs(state, next);
  const why = screened.verdict === 'none' ? [] : undecided(screened, state.rule);
  return done({ verdict: screened.verdict, judged: screened, pairs: screening, why });
}

function morePairs({ screening }: PairedState, look: number): Decision {
  return { kind: 'pairs', more: look - screening.length };
}

function confirming(state: PairedState, screened: JudgedPairs): Decision {
  const { confirmation, screening, spent } = state;
  const more = CONFIRMING.pairs - confirmation.length;
  if (more > 0 && !spent) return { kind: 'confirm', more };
  const confirmed = confirm(screened, confirmation, `${state.case} confirmation`, state.rule);
  if (confirmed.kind === 'rejected') return failed(confirmed);
  if (more > 0) {
    const why = `seen in ${screening.length} pairs, not confirmed: ${confirmation.length} of ${CONFIRMING.pairs} fresh pairs when the time was spent`;
    return done({
      verdict: 'inconclusive',
      judged: screened,
      pairs: screening,
      suspicious: true,
      why: [why],
    });
  }
  if (isSigned(confirmed.verdict)) return placing(state, confirmed);
  if (promises(screened, confirmed, state.rule) && !spent) {
    const next = CONFIRM_LOOKS.find((look) => look > confirmation.length);
    if (next !== undefined) return { kind: 'confirm', more: next - confirmation.length };
  }
  const seen = `${percentOf(screened)} in ${screening.length} pairs was not confirmed on ${confirmation.length} fresh pairs`;
  const why = confirmed.verdict === 'none' ? [seen] : [seen, ...undecided(confirmed, state.rule)];
  return done({ verdict: confirmed.verdict, judged: confirmed, pairs: confirmation, why });
}

/** Whether fresh pairs say the same as the screening, and only too uncertainly. */
function promises(screened: JudgedPairs, fresh: JudgedPairs, rule: PairedRule): boolean {
  const along = fresh.logRatio * Math.sign(screened.logRatio);
  return fresh.verdict === 'inconclusive' && along >= Math.log1p(rule.minimumEffect);
}

function placing(state: PairedState, confirmed: JudgedPairs): Decision {
  const { layouts, spent, confirmation } = state;
  const change = { verdict: confirmed.verdict, judged: confirmed, pairs: confirmation };
  const why = [`confirmed on ${confirmation.length} fresh pairs`];
  if (layouts === null && !spent) {
    return { kind: 'layouts', layouts: MIN_LAYOUTS, rounds: LAYOUT_LOOKS[0] };
  }
  if (layouts === null || 'unavailable' in layouts) {
    const reason = layouts === null ? 'the time was spent' : layouts.unavailable;
    return notRuledOut(change, why, reason);
  }
  const judged = judgeLayouts(confirmed, layouts.base, layouts.head, `${state.case} layouts`, state.rule);
  if (judged.kind === 'rejected') return failed(judged);
  if (judged.best === null && !spent) {
    return { kind: 'layouts', layouts: MIN_LAYOUTS, rounds: LAYOUT_LOOKS[0] };
  }
  if (judged.outcome === 'not ruled out') {
    return notRuledOut(
      change,
      why,
      judged.best === null
        ? 'the time was spent'
        : `${judged.layouts} of ${MIN_LAYOUTS} layouts a side were run`,
    );
  }
  const rounds = roundsLeft(judged);
  const open = judged.outcome === 'undecided' || (judged.best?.samples ?? 0) < LAYOUT_LOOKS[0];
  if (open && rounds > 0 && !spent) return { kind: 'layouts', layouts: judged.layouts, rounds };
  return done(placed(change, why, judged));
}

/** Rounds until the next look; 0 when all are spent. */
function roundsLeft({ best }: LayoutJudgement): number {
  const samples = best?.samples ?? 0;
  return (LAYOUT_LOOKS.find((look) => look > samples) ?? samples) - samples;
}

type Change = Pick<PairedOutcome, 'verdict' | 'judged' | 'pairs'>;

function placed(
  change: Change,
  why: readonly string[],
  { outcome, best, layouts }: LayoutJudgement,
): Outcome {
  const single = percentOf(change.judged);
  const between = best === null ? 'nothing' : percentOf(best);
  if (outcome === 'survives') {
    const note = `survives ${layouts} layouts a side: ${between} between the best of each`;
    return { ...change, placement: outcome, why: [...why, note] };
  }
  if (outcome === 'placement') {
    const note = `code placement: ${single} between single layouts, ${between} between the best of ${layouts}`;
    return { ...change, verdict: 'none', placement: outcome, why: [note, ...why] };
  }
  const note = `placement is not settled: ${single} between single layouts, ${between} between the best of ${layouts}, which is not significant`;
  return {
    ...change,
    verdict: 'inconclusive',
    placement: 'undecided',
    suspicious: true,
    why: [note, ...why],
  };
}

function notRuledOut(change: Change, why: readonly string[], reason: string): Decision {
  const note = `placement was not ruled out: ${reason}`;
  return done({ ...change, placement: 'not ruled out', why: [...why, note] });
}

type Outcome = Change & Partial<PairedOutcome>;

function done(outcome: Outcome): Decision {
  return { kind: 'done', outcome: { placement: null, suspicious: false, why: [], ...outcome } };
}

function failed({ message }: RejectedPairs): Decision {
  return { kind: 'failed', message };
}

function undecided({ samples, smallest }: JudgedPairs, rule: PairedRule): string[] {
  if (samples < rule.minimumPairs) return [`not enough pairs: ${samples} of ${rule.minimumPairs}`];
  return smallest === null ? [] : [`smallest change that could have been seen: ${plainPercent(smallest)}`];
}

function percentOf({ change }: JudgedPairs): string {
  return signedPercent(change ?? 0);
}
