import { z } from 'zod';
import { codeSpan, prose } from './inert.ts';

const sha = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/);
const line = z.string().min(1).max(1000);
/** Number of the comment that holds the command. */
const comment = z.number().int().positive();

const acceptedSchema = z.strictObject({ comment, case: line, reason: line, by: line });
const rerunSchema = z.strictObject({
  /** null: it was asked by hand, outside a comment. */
  comment: comment.nullable(),
  by: line,
  /** The run and the attempt that answer it. */
  run: z.string().regex(/^[1-9]\d{0,19}$/),
  attempt: z.number().int().positive(),
  /** Benchmarks that it is limited to; null: all. */
  filter: line.nullable(),
});
const answerSchema = z.strictObject({
  kind: z.enum(['help', 'refused']),
  by: line,
  /** Why, a clause; empty for help. */
  reason: z.string().max(1000),
});

/** What people asked of Tare on one head of a pull request. Every string is outside text. */
export const askedSchema = z.strictObject({
  head: sha,
  accepted: z.array(acceptedSchema).max(100),
  rerun: rerunSchema.nullable(),
  answer: answerSchema.nullable(),
});
export type Asked = z.infer<typeof askedSchema>;
export type AskedAcceptance = z.infer<typeof acceptedSchema>;
export type AskedRerun = z.infer<typeof rerunSchema>;
export type Answer = z.infer<typeof answerSchema>;

/** Most UTF-16 units that {@link withAsked} adds: a comment has {@link MAX_COMMENT} of its own, and GitHub takes 65,536. */
export const MAX_ASKED = 5000;

/** Nothing asked yet on a head. */
export function nothingAsked(head: string): Asked {
  return { head, accepted: [], rerun: null, answer: null };
}

/** What a comment of Tare's says was asked; null: nothing that can be read. The caller makes sure that the comment is Tare's own. */
export function askedIn(body: string): Asked | null {
  const encoded = TAIL.exec(body)?.[1];
  if (encoded === undefined) return null;
  try {
    return askedSchema.safeParse(JSON.parse(decoded(encoded))).data ?? null;
  } catch {
    return null;
  }
}

/** A comment's body with what was asked at its end, in place of what it said before. null when that would be too long. */
export function withAsked(body: string, asked: Asked): string | null {
  const bare = body.replace(TAIL, '');
  const lines = [
    ...asked.accepted.map(
      ({ by, case: name, reason }) => `- Accepted by ${codeSpan(by)}: ${codeSpan(name)}. ${prose(reason)}`,
    ),
    ...(asked.rerun === null ? [] : [`- ${rerunLine(asked.rerun)}`]),
    ...(asked.answer === null ? [] : [`- ${answerLine(asked.answer)}`]),
  ];
  if (lines.length === 0) return bare;
  const tail = `\n\n<!-- tare-asked ${encodedOf(asked)} -->\n${lines.join('\n')}`;
  return tail.length > MAX_ASKED ? null : `${bare}${tail}`;
}

/** The run that a new report is of. */
export interface ReportingRun {
  readonly headSha: string;
  readonly runId: string;
  readonly runAttempt: string;
}

/**
 * A new report's body with what still holds of what the comment said was asked: all of it belongs to one head; a run that was asked
 * for stays until a later one has reported; an answer is read by then.
 */
export function carryAsked(existing: string, body: string, report: ReportingRun): string {
  const asked = askedIn(existing);
  if (asked === null || asked.head !== report.headSha) return body;
  const rerun = asked.rerun !== null && isLater(report, asked.rerun) ? null : asked.rerun;
  return withAsked(body, { ...asked, rerun, answer: null }) ?? body;
}

/** The tail of a comment: nothing in front of it can look like it, because no HTML comment can start in a report's names. */
const TAIL = /\r?\n\r?\n<!-- tare-asked ([A-Za-z0-9+/=]+) -->.*$/s;

const COMMANDS =
  '`/tare` runs the check again, `/tare bench <filter>` only those benchmarks, `/tare accept <case> <reason>` accepts a regression';

function rerunLine({ by, filter }: AskedRerun): string {
  const what = filter === null ? 'Another run' : `Another run of the benchmarks that fit ${codeSpan(filter)}`;
  return `${what}, asked by ${codeSpan(by)}`;
}

function answerLine({ kind, by, reason }: Answer): string {
  if (kind === 'help') return `${COMMANDS} (asked by ${codeSpan(by)})`;
  return `The command of ${codeSpan(by)} was not carried out: ${prose(reason)}. ${COMMANDS}.`;
}

function isLater({ runId, runAttempt }: ReportingRun, { run, attempt }: AskedRerun): boolean {
  const [one, other] = [BigInt(runId), BigInt(run)];
  return one === other ? Number(runAttempt) > attempt : one > other;
}

// Plain base64: its letters cannot end an HTML comment.
function encodedOf(asked: Asked): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(asked))));
}

function decoded(text: string): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(
    Uint8Array.from(atob(text), (character) => character.charCodeAt(0)),
  );
}
