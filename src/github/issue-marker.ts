import { inertName } from './comment-marker.ts';

/** The hidden first line of the weekly report's issue. `week`: `2026-W47`; null: the one issue that is rewritten. `name` as of comments. */
export function issueMarker(name: string, week: string | null): string {
  return `${issuePrefix(name)}${week === null ? 'rolling' : `week=${week}`} -->`;
}

/** What the first lines of all such issues of a name begin with. */
export function issuePrefix(name: string): string {
  return `<!-- tare-triage:${inertName(name)} `;
}

/** Whether a body's first line is of one week's issue of that name. */
export function isWeekly(body: string, name: string): boolean {
  return body.startsWith(`${issuePrefix(name)}week=`);
}
