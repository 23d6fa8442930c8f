import type { PageFacts } from '../pack.ts';
import type { TrendCommit } from '../trend.ts';
import { element } from './element.ts';
import { shortSha } from './words.ts';

/** Links to the repository, or plain text where there is none to link to. */
export interface Links {
  commit(commit: TrendCommit): HTMLElement;
  /** null for a commit that merged no pull request that is known. */
  pullRequest(commit: TrendCommit): HTMLElement | null;
}

export function createLinks({ repositoryUrl }: PageFacts): Links {
  const base = webAddress(repositoryUrl);
  const link = (path: string, text: string, label: string) =>
    base === null
      ? element('span', {}, text)
      : element('a', { href: `${base}/${path}`, 'aria-label': label }, text);
  return {
    commit: ({ sha }) => {
      const text = link(`commit/${sha}`, shortSha(sha), `Commit ${shortSha(sha)}`);
      text.classList.add('sha');
      return text;
    },
    pullRequest: ({ pullRequest }) =>
      pullRequest === null
        ? null
        : link(`pull/${pullRequest}`, `#${pullRequest}`, `Pull request ${pullRequest}`),
  };
}

/** Only web addresses are linked to: a `javascript:` address would run. */
function webAddress(text: string | null): string | null {
  if (text === null || !URL.canParse(text)) return null;
  const { protocol, href } = new URL(text);
  return protocol === 'https:' || protocol === 'http:' ? href.replace(/\/+$/, '') : null;
}
