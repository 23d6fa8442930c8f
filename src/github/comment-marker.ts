/** The run that wrote a comment, as its marker tells. */
export interface CommentStamp {
  /** The pull request's head that was measured: full SHA. */
  readonly headSha: string;
  readonly runId: string;
  readonly runAttempt: string;
}

export interface CommentMarker {
  /** What every comment of this name begins with. */
  readonly prefix: string;
  /** The body's first line: `prefix`, the stamp and the end of the HTML comment. */
  readonly line: string;
}

/** The hidden first line of Tare's comment. `name` tells several comments on one pull request apart; any text. */
export function commentMarker(name: string, stamp: CommentStamp): CommentMarker {
  const prefix = `<!-- tare:${inertName(name)} `;
  return { prefix, line: `${prefix}head=${stamp.headSha} run=${stamp.runId}.${stamp.runAttempt} -->` };
}

/**
 * Name of the comments of one use of the action: uses that measure other things have comments of their own. `project`: relative to
 * the repository, '' for its root; `configurations`: those that the inputs name, null for all.
 */
export function commentName(project: string, configurations: readonly string[] | null): string {
  return [project === '' ? 'default' : project, ...(configurations ?? [])].join(' ');
}

/** The stamp in a body's first line; null when it has none. */
export function stampIn(body: string): CommentStamp | null {
  const match = /^<!-- tare:\S+ head=([0-9a-f]{40,64}) run=(\d{1,20})\.(\d{1,10}) -->/.exec(body);
  const [, headSha, runId, runAttempt] = match ?? [];
  return headSha && runId && runAttempt ? { headSha, runId, runAttempt } : null;
}

/** Whether `one` was made by a later run, or a later attempt of the same run, than `other`. */
export function isNewer(one: CommentStamp, other: CommentStamp): boolean {
  const [run, otherRun] = [BigInt(one.runId), BigInt(other.runId)];
  return run === otherRun ? BigInt(one.runAttempt) > BigInt(other.runAttempt) : run > otherRun;
}

/** The name cannot end the HTML comment, nor be the beginning of another name. */
export function inertName(name: string): string {
  return name.replace(/[^\w.-]/gu, (character) => `%${character.codePointAt(0)?.toString(16)};`);
}
