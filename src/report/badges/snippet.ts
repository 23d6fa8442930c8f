import type { Badge } from './badge.ts';

export interface SnippetPlace {
  /** `https://…/owner/repository`. */
  readonly repositoryUrl: string;
  /** The data branch. */
  readonly branch: string;
  /** Where the trend page is served; null: the badges link to the branch. */
  readonly pageUrl: string | null;
}

/**
 * Markdown for a README with the badges as they stand on the data branch. Labels that hold a program's name are left out, so
 * that no outside text is in it.
 */
export function badgeSnippet(
  badges: readonly Badge[],
  { repositoryUrl, branch, pageUrl }: SnippetPlace,
): string {
  const link = pageUrl ?? `${repositoryUrl}/tree/${branch}`;
  return badges
    .filter(({ name }) => SHOWN.includes(name))
    .map(({ name, label }) => `[![${label}](${repositoryUrl}/raw/${branch}/badges/${name}.svg)](${link})`)
    .join('\n');
}

const SHOWN = ['size', 'compile-time', 'run-time', 'regressions'];
