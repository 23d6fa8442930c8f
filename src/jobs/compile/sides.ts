import { join, relative } from 'node:path';
import type { Budget } from '../../measure/bench/budget.ts';
import type { Base, BaseRequest } from '../base.ts';
import type { Measured } from '../measure.ts';
import type { JobPorts } from '../ports.ts';
import type { Workplace } from '../workplace.ts';

/** Base and head, to be built in turn. */
export interface BothSides {
  readonly base: Base;
  readonly head: Measured;
  readonly request: BaseRequest;
  readonly budget: Budget;
}

/** Checks the base out for `work`, which gets the folder to build in, absolute. Errors: UserError of git's. */
export async function inBase<T>(
  { base, request }: BothSides,
  workplace: Workplace,
  ports: JobPorts,
  work: (directory: string) => Promise<T>,
): Promise<T> {
  await ports.git.fetchCommit(base.sha);
  const worktree = await ports.git.worktree(base.sha, join(workplace.directory, 'source'));
  try {
    return await work(join(worktree.directory, relative(request.root, request.directory)));
  } finally {
    await worktree.remove();
  }
}
