import type { TriageCommit } from '../../compare/triage/entry.ts';
import { MARKDOWN, type Voice } from '../voice.ts';

/** Where links point; null: names stand alone. */
export interface TriageLinks {
  /** `https://host/owner/name`. */
  readonly repositoryUrl: string | null;
  /** Page of the run; null in a terminal. */
  readonly runUrl: string | null;
}

const PLAIN_URL = /^https?:\/\/[\w.:/~%-]+$/;

function base({ repositoryUrl }: TriageLinks): string | null {
  return repositoryUrl !== null && PLAIN_URL.test(repositoryUrl) ? repositoryUrl : null;
}

export function commitLink(sha: string, links: TriageLinks): string {
  const [url, short] = [base(links), `\`${sha.slice(0, 10)}\``];
  return url === null ? short : `[${short}](${url}/commit/${sha})`;
}

/** A range of commits as a link to GitHub's comparison. */
export function rangeLink(since: string, until: string, links: TriageLinks): string {
  const [url, text] = [base(links), `\`${since.slice(0, 10)}..${until.slice(0, 10)}\``];
  return url === null ? text : `[${text}](${url}/compare/${since}...${until})`;
}

/** What is told of a commit. */
type Told = Omit<TriageCommit, 'committed'>;

/** "[`1a2b3c4d5e`](…) Use a table ([#7](…), A Person)". */
export function commitLine(commit: Told, links: TriageLinks): string {
  const subject = commit.subject.trim() === '' ? '' : ` ${MARKDOWN.sentence(short(commit.subject))}`;
  const by = [pullLink(commit.pullRequest, links), authorOf(commit, MARKDOWN)].filter((part) => part !== '');
  return `${commitLink(commit.sha, links)}${subject}${by.length === 0 ? '' : ` (${by.join(', ')})`}`;
}

export function authorOf({ author }: Pick<TriageCommit, 'author'>, voice: Voice): string {
  return author.trim() === '' ? '' : voice.sentence(author);
}

const SUBJECT_SHOWN = 90;

function short(subject: string): string {
  const letters = Array.from(subject);
  return letters.length <= SUBJECT_SHOWN ? subject : `${letters.slice(0, SUBJECT_SHOWN - 1).join('')}…`;
}

/** A plain number would be a reference that GitHub resolves by itself, in whatever repository the text stands. */
function pullLink(number: number | null, links: TriageLinks): string {
  if (number === null) return '';
  const url = base(links);
  return url === null ? `pull request ${number}` : `[#${number}](${url}/pull/${number})`;
}
