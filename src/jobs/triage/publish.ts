import type { Reached } from '../../compare/triage/reached.ts';
import type { TriageDocument } from '../../report/triage/document.ts';
import { renderTriage, triageTitle } from '../../report/triage/markdown.ts';
import type { HistoryFile } from '../../store/history-store.ts';
import { VERSION } from '../../version.ts';
import type { TriagePorts } from './ports.ts';
import type { TriageRange } from './range.ts';
import {
  encodeState,
  heldReached,
  keptName,
  type ReadState,
  readState,
  STATE_FILE,
  stillOpen,
} from './state.ts';

/** Where a week's report stands in the history, without its ending. */
export function reportPath({ date }: Pick<TriageDocument, 'date'>): string {
  return `triage/${date.slice(0, 4)}/${date}`;
}

/**
 * Publishes the report as Markdown and JSON, and what the next one begins with. A state that could not be read is kept beside the new
 * one. `reached`: how far the report's records go. Joins the records of past months. Never throws for a refusal, which is a warning in
 * the log. Resolves to whether the report may be told to people: not where what was open before is there and could not be read.
 */
export async function publishTriage(
  document: TriageDocument,
  range: TriageRange,
  reached: Reached,
  read: ReadState,
  ports: TriagePorts,
): Promise<boolean> {
  if (await wasMissed(read, ports)) {
    ports.logger.warning(
      'The report was not published: the state of the last one could not be read at first, and would be lost. Run the job again.',
    );
    return false;
  }
  const path = reportPath(document);
  const files: HistoryFile[] = [
    { path: `${path}.md`, content: renderTriage(document, ports.triageLinks) },
    { path: `${path}.json`, content: `${JSON.stringify(document)}\n` },
    { path: STATE_FILE, content: stateOf(document, range, reached) },
    ...(read.unreadable === null ? [] : [{ path: keptName(read.unreadable), content: read.unreadable }]),
  ];
  const published = await ports.history.publish(files, triageTitle(document));
  if (!published.written) {
    ports.logger.warning(`The report was not published: ${published.reason}`);
    return true;
  }
  ports.logger.info(`Report: ${path}.md in the history`);
  const joined = await ports.history.compact();
  if (!joined.written) ports.logger.info(`The records of past months were not joined: ${joined.reason}`);
  return true;
}

/** Whether a state is there that the report began without: it, or the whole history, was out of reach. */
async function wasMissed(read: ReadState, ports: TriagePorts): Promise<boolean> {
  if (read.state !== null || read.unreadable !== null) return false;
  if (read.warning !== null) return true;
  const again = await readState(ports.history);
  return again.state !== null || again.unreadable !== null;
}

function stateOf(document: TriageDocument, range: TriageRange, reached: Reached): string {
  const { week, date, since, until, items } = document;
  return encodeState({
    tare: VERSION,
    week,
    date,
    since,
    until,
    reached: heldReached(reached),
    reachedBefore: heldReached(range.reached),
    before: [...range.carried],
    items: stillOpen(items),
  });
}
