import type { Acceptance } from '../../measure/history-record.ts';
import { MAX_NAME } from '../../measure/measurement.ts';
import type { CommitMessage } from '../../process/commit.ts';
import { inertLine } from '../../process/inert.ts';

/** Most acceptances that are read of one change. */
const MAX_ACCEPTANCES = 100;
const MAX_REASON = 1000;
/** Longest name of a person that a record takes. */
const MAX_PERSON = 200;

const TRAILER = /^Tare-Accept:[ \t]*(\S.*)$/gim;
/** A quoted name; or an axis and one word, or one word alone. */
const NAME = /^(?:"([^"]+)"|`([^`]+)`|((?:size|compile|bench)[ \t]+\S+|[^\s"`]\S*))(?:[ \t]+|$)/;

/**
 * What the trailers `Tare-Accept: <case> <reason>` of some commits accept. A case is its name in quotes, or without them an axis
 * and one word (`bench sort/10k`) or one word (`*`); `*` stands for any text. One without a reason counts for nothing: `unread`
 * has a line for each.
 */
export function readTrailers(commits: readonly CommitMessage[]): {
  readonly accepted: readonly Acceptance[];
  readonly unread: readonly string[];
} {
  const accepted: Acceptance[] = [];
  const unread: string[] = [];
  for (const { message, author } of commits) {
    for (const [, text = ''] of message.matchAll(TRAILER)) {
      if (accepted.length >= MAX_ACCEPTANCES) return { accepted, unread };
      const found = readAcceptance(text);
      if (found === null) {
        const given = inertLine(text).trim().slice(0, 200);
        unread.push(`"Tare-Accept: ${given}" was passed over: it needs a case and a reason.`);
      } else accepted.push({ ...found, by: personOf(author), via: 'trailer' });
    }
  }
  return { accepted, unread: unread.slice(0, 10) };
}

/** The case and the reason of `<case> <reason>`, each one inert line; null when either is missing. */
export function readAcceptance(text: string): Pick<Acceptance, 'case' | 'reason'> | null {
  const given = inertLine(text).trim();
  const [whole = '', ...names] = NAME.exec(given) ?? [];
  const name = (names.find((each) => each !== undefined) ?? '').replaceAll(/\s+/g, ' ').slice(0, MAX_NAME);
  const reason = given.slice(whole.length).trim().slice(0, MAX_REASON);
  return name === '' || reason === '' ? null : { case: name, reason };
}

/** A person's name as a record takes it. */
export function personOf(author: string): string {
  const name = inertLine(author).trim().slice(0, MAX_PERSON);
  return name === '' ? 'somebody' : name;
}
