/** The pull request that a merge queue's branch is made for, `gh-readonly-queue/<branch>/pr-<number>-<base>`; null: it is none. */
export function pullRequestInQueue(ref: string): number | null {
  const number = /^refs\/heads\/gh-readonly-queue\/.+\/pr-(\d{1,9})-[0-9a-f]{40,64}$/.exec(ref)?.[1];
  return number === undefined || Number(number) === 0 ? null : Number(number);
}
