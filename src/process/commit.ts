/** A commit's message and the name of its author; both are outside text. */
export interface CommitMessage {
  readonly message: string;
  readonly author: string;
}

export interface CommitInfo {
  /** First paragraph of the message, on one line. */
  readonly subject: string;
  /** The whole message, as it was written. */
  readonly message: string;
  /** When it was committed; ISO 8601, UTC. */
  readonly date: string;
  /** Name of the author. */
  readonly author: string;
  /** Full SHAs; first the one that it was made on. */
  readonly parents: readonly string[];
}

/**
 * Reads a raw commit object (gitformat-pack; `git cat-file commit`). Unlike git's log it tells the true parents in a
 * shallow clone too. Names and message may be anything: they are untrusted text. null for what is not a commit.
 */
export function parseCommit(text: string): CommitInfo | null {
  const blank = text.indexOf('\n\n');
  const header = (blank === -1 ? text : text.slice(0, blank)).split('\n');
  if (!/^tree [0-9a-f]{40,64}$/.test(header[0] ?? '')) return null;
  const value = (name: string): string =>
    header.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1) ?? '';
  const message = blank === -1 ? '' : text.slice(blank + 2);
  return {
    subject: subjectOf(message),
    message,
    date: dateOf(value('committer')),
    author: value('author')
      .replace(/ *<[^<]*$/, '')
      .trim(),
    parents: header.flatMap((line) => /^parent ([0-9a-f]{40,64})$/.exec(line)?.[1] ?? []),
  };
}

function subjectOf(message: string): string {
  const [paragraph = ''] = message.trimStart().split(/\n[ \t\r]*\n/, 1);
  return paragraph.replaceAll(/\s*\n\s*/g, ' ').trim();
}

/** `NAME <MAIL> SECONDS ZONE`; a broken time becomes 1970. */
function dateOf(person: string): string {
  const seconds = Number(/> (\d{1,12}) [+-]\d{4}$/.exec(person)?.[1] ?? 0);
  return new Date(seconds * 1000).toISOString();
}
