import type { ApiRequest, Client } from './client.ts';
import { GitHubError } from './github.ts';

/** A pull request with more pages than this has comments that no person reads. */
const MAX_PAGES = 100;

/**
 * All pages of a list, 100 items each, by the Link header.
 * Errors: GitHubError, also when a page points to another host (the token must not go there).
 */
export async function listAll<T>(client: Client, request: ApiRequest<readonly T[]>): Promise<readonly T[]> {
  const items: T[] = [];
  let page = await client.send(request);
  for (let pages = 1; ; pages += 1) {
    items.push(...page.data);
    if (page.next === null) return items;
    if (pages >= MAX_PAGES) {
      throw new GitHubError(`Could not ${request.purpose.what}: more than ${MAX_PAGES} pages.`, null);
    }
    page = await client.send(followed(client, request, page.next));
  }
}

function followed<T>(client: Client, request: ApiRequest<T>, next: string): ApiRequest<T> {
  if (new URL(next).origin !== new URL(client.apiUrl).origin) {
    throw new GitHubError(
      `Could not ${request.purpose.what}: the next page is on another host, ${new URL(next).host}. Check GITHUB_API_URL.`,
      null,
    );
  }
  return { purpose: request.purpose, route: `GET ${next}`, schema: request.schema };
}
