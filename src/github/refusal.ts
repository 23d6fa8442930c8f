import { GitHubError } from './github.ts';

/** What a request wants, in words for a person. */
export interface Purpose {
  /** Follows "Could not", e.g. `list the comments of pull request #5`. */
  readonly what: string;
  /** The token permission that it needs, as written in a workflow, e.g. `pull-requests: write`. */
  readonly permission: string;
}

/** GitHub's answer to a request that it refused. */
export interface Refusal {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** GitHub's own words, one line. */
  readonly message: string;
}

/** The refusal as an error that says what to do. */
export function refused(purpose: Purpose, refusal: Refusal, now: Date): GitHubError {
  const { status, message } = refusal;
  const answer = message === '' ? `${status}` : `${status} (${message})`;
  return new GitHubError(
    `Could not ${purpose.what}: GitHub answered ${answer}. ${advice(purpose, refusal, now)}`,
    status,
  );
}

/** No answer, or a part of one: `reason` says what happened to the connection. */
export function unanswered(purpose: Purpose, apiUrl: string, reason: string): GitHubError {
  return new GitHubError(
    `Could not ${purpose.what}: no complete answer from ${apiUrl} (${oneLine(reason)}). Check that the runner can reach it, or run the job again.`,
    null,
  );
}

/** GitHub's words without line breaks and control characters, at most 300 characters. */
export function oneLine(text: string): string {
  const flat = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  return flat.length <= 300 ? flat : `${[...flat].slice(0, 299).join('')}…`;
}

/**
 * Whether a 403 or 429 is about the rate, not about rights.
 * Source: GitHub's "Rate limits for the REST API", "Exceeding the rate limit".
 */
export function isRateLimit(refusal: Refusal): boolean {
  const { status, headers, message } = refusal;
  if (status === 429) return true;
  if (status !== 403) return false;
  return (
    'retry-after' in headers ||
    headers['x-ratelimit-remaining'] === '0' ||
    /\b(secondary rate limit|rate limit exceeded|abuse detection)\b/i.test(message)
  );
}

/**
 * Seconds that GitHub asks to wait; null when it names no time. Source as {@link isRateLimit}: `retry-after`, else until
 * `x-ratelimit-reset` when nothing remains.
 */
export function secondsToWait(refusal: Refusal, now: Date): number | null {
  const { headers } = refusal;
  const after = Number(headers['retry-after'] ?? Number.NaN);
  if (Number.isFinite(after) && after >= 0) return after;
  const reset = Number(headers['x-ratelimit-reset'] ?? Number.NaN);
  if (headers['x-ratelimit-remaining'] !== '0' || !Number.isFinite(reset)) return null;
  return Math.max(0, reset - now.getTime() / 1000);
}

function advice(purpose: Purpose, refusal: Refusal, now: Date): string {
  const { status } = refusal;
  if (isRateLimit(refusal)) return rateAdvice(refusal, now);
  if (status === 401) return 'The token is not valid or has expired: check the input "token".';
  if (status === 403) return forbiddenAdvice(purpose, refusal.message);
  if (status === 404 || status === 410) {
    return `It does not exist, or the token may not see it: the job needs "permissions: ${purpose.permission}".`;
  }
  if (status === 422)
    return 'GitHub understood the request and does not accept it; running again will not help.';
  if (status >= 500) return 'GitHub has a problem of its own: run the job again later.';
  return 'Run the job again; if it stays, report it to Tare.';
}

function rateAdvice(refusal: Refusal, now: Date): string {
  const wait = secondsToWait(refusal, now);
  if (wait === null) return 'Too many requests with this token: run the job again later.';
  const end = new Date(now.getTime() + wait * 1000)
    .toISOString()
    .replace(/\.\d+Z$/, ' UTC')
    .replace('T', ' ');
  return `Too many requests with this token: run the job again after ${end}.`;
}

function forbiddenAdvice(purpose: Purpose, message: string): string {
  if (/not accessible by (integration|personal access token)/i.test(message)) {
    return `The token lacks "permissions: ${purpose.permission}": add it to the job. A pull request from a fork or by Dependabot always gets a read-only token.`;
  }
  return `The token may not do this: the job needs "permissions: ${purpose.permission}".`;
}
