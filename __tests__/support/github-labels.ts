import { jsonReply } from './github-replies.ts';
import type { WireReply } from './openapi.ts';

export interface LabelEvent {
  readonly pullRequest: number;
  readonly event: 'labeled' | 'unlabeled';
  readonly label: string;
  /** As GitHub describes a person. */
  readonly actor: Readonly<Record<string, unknown>>;
}

/** `GET /repos/{owner}/{repo}/issues/{issue_number}/events` of a pull request, which the emulator has for issues only. */
export function listLabelEvents(all: readonly LabelEvent[], target: string, url: string): WireReply {
  const number = Number(/\/issues\/(\d+)\/events/.exec(target)?.[1]);
  const events = all.filter(({ pullRequest }) => pullRequest === number);
  return jsonReply(
    200,
    events.map(({ event, label, actor }, index) => ({
      id: index + 1,
      node_id: `LE_${index + 1}`,
      url: `${url}/repos/o/r/issues/events/${index + 1}`,
      actor,
      event,
      commit_id: null,
      commit_url: null,
      created_at: '2026-11-20T10:00:00Z',
      performed_via_github_app: null,
      label: { name: label, color: 'ededed' },
    })),
  );
}
