import { UserError } from '../errors.ts';
import type { TriagePresenter } from '../jobs/triage/ports.ts';
import { renderTriage } from '../report/triage/markdown.ts';
import { renderTriagePlain } from '../report/triage/plain.ts';
import type { TriageLinks } from '../report/triage/who.ts';
import { showsTable } from './ending.ts';
import { deliver, type TerminalPresenterParts } from './presenter.ts';

/** A terminal's reports link nowhere: what stands behind `origin` need not be a page. */
export const NO_LINKS: TriageLinks = { repositoryUrl: null, runUrl: null };

/** Presents the weekly report to a terminal: on standard output, unless a document goes there, and in the files that were asked for. */
export function createTerminalTriagePresenter(parts: TerminalPresenterParts): TriagePresenter {
  const { args, stdout } = parts;
  return {
    present: async (document) => {
      if (showsTable(args)) stdout.write(renderTriagePlain(document));
      const refusals = [
        await deliver(args.json, () => `${JSON.stringify(document, null, 2)}\n`, parts),
        await deliver(args.markdown, () => renderTriage(document, NO_LINKS), parts),
      ].filter((refusal) => refusal !== null);
      if (refusals.length > 0) throw new UserError(refusals.join('; '));
    },
    announce: async () => undefined,
  };
}
