import type { TriageDocument } from '../../report/triage/document.ts';
import type { TriageLinks } from '../../report/triage/who.ts';
import type { HistoryStore } from '../../store/history-store.ts';
import type { JobPorts } from '../ports.ts';

/** Where a finished weekly report goes: the runner's summary and an issue, or a terminal and files. */
export interface TriagePresenter {
  /** Shows the report, before anything is published. Never throws for a service that refuses: what was refused is a warning in the log. */
  present(document: TriageDocument): Promise<void>;
  /** Tells the people who look at issues; after everything else, so that a refusal loses nothing. Never throws for a refusal. */
  announce(document: TriageDocument): Promise<void>;
}

export interface TriagePorts extends JobPorts {
  readonly history: HistoryStore;
  readonly triagePresenter: TriagePresenter;
  /** Where links of the published report point. */
  readonly triageLinks: TriageLinks;
  /** A commit and its first-parent ancestors, at most `limit` of them, nearest first; fewer where no more can be had. */
  readonly ancestry: (sha: string, limit: number) => Promise<readonly string[]>;
}
