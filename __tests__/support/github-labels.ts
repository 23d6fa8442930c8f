import { jsonReply } from './github-replies.ts';
import type { WireReply } from './openapi.ts';

export interface LabelEvent {
  readonly pullRequest: number;
  readonly event: 'labeled' | 'unlabeled';
  readonly label: string;
  /** As GitHub describes a person. */
  readonly actor: Readonly<Record<string, unknown>>;
}

/** `GET /repos/{owner}/{repo}/issues/{issue_number}/labels` of a pull request, as the events so far leave them. */
export function listLabels(all: readonly LabelEvent[], target: string, url: string): WireReply {
  const names = new Set<string>();
  for (const { event, label } of eventsOf(all, target)) {
    if (event === 'labeled') names.add(label);
    else names.delete(label);
  }
  const labels = [...names].map((name, index) => ({
    id: index + 1,
    node_id: `L_${index + 1}`,
    url: `${url}/repos/o/r/labels/${encodeURIComponent(name)}`,
    name,
    description: null,
    color: 'ededed',
    default: false,
  }));
  return paged(labels, target, url);
}

/** `GET /repos/{owner}/{repo}/issues/{issue_number}/events` of a pull request, which the emulator has for issues only. */
export function listLabelEvents(all: readonly LabelEvent[], target: string, url: string): WireReply {
  const events = eventsOf(all, target).map(({ event, label, actor }, index) => ({
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
  }));
  return paged(events, target, url);
}

function eventsOf(all: readonly LabelEvent[], target: string): readonly LabelEvent[] {
  const number = Number(/\/issues\/(\d+)\//.exec(target)?.[1]);
  return all.filter(({ pullRequest }) => pullRequest === number);
}

function paged(items: readonly unknown[], target: string, url: string): WireReply {
  const address = new URL(target, url);
  const [size, page] = ['per_page', 'page'].map((name) => Number(address.searchParams.get(name)));
  const [perPage, number] = [size || 30, page || 1];
  const shown = items.slice((number - 1) * perPage, number * perPage);
  if (number * perPage >= items.length) return jsonReply(200, shown);
  address.searchParams.set('page', String(number + 1));
  return jsonReply(200, shown, { link: `<${address.href}>; rel="next"` });
}
