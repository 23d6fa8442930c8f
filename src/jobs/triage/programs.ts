import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Measurement } from '../../measure/measurement.ts';
import { type BaseRequest, rebuildBase, seriesOf } from '../base.ts';
import type { JobPorts } from '../ports.ts';
import type { Workplace } from '../workplace.ts';
import type { Budget } from './budget.ts';

/** What was built of a commit. */
export interface Programs {
  readonly sha: string;
  readonly measurement: Measurement;
  /** Absolute path of the folder with `bin/` and `bench/`. */
  readonly directory: string;
  readonly rebuilt: boolean;
}

/** The programs of main's commits in one configuration: out of the baselines, or built again. */
export interface ProgramShelf {
  readonly request: BaseRequest;
  /** Those of exactly that commit; null: none are stored. Told warnings go to the log. */
  stored(sha: string): Promise<Programs | null>;
  /** Built in a worktree, and stored; null: not allowed, too little time is left, or the build fails. */
  built(sha: string): Promise<Programs | null>;
  /** Deletes all that was fetched. */
  clear(): Promise<void>;
}

export function programShelf(
  request: BaseRequest,
  workplace: Workplace,
  ports: JobPorts,
  budget: Budget,
): ProgramShelf {
  const fetched = new Map<string, Promise<Programs | null>>();
  const folderOf = (sha: string) => `programs-${sha.slice(0, 16)}`;
  const remember = (sha: string, get: () => Promise<Programs | null>) => {
    const known = fetched.get(sha) ?? get();
    fetched.set(sha, known);
    return known;
  };
  const find = async (sha: string): Promise<Programs | null> => {
    const found = await ports.store.find({
      series: seriesOf(request, ports),
      commits: [sha],
      into: await workplace.empty(folderOf(sha)),
    });
    if (found === null) return null;
    return { sha, measurement: found.measurement, directory: found.directory, rebuilt: false };
  };
  const build = async (sha: string): Promise<Programs | null> => {
    if (!request.config.baseline.rebuild || !budget.allowsBuild()) return null;
    const started = ports.clock.now().getTime();
    const why = 'its stored programs are gone';
    const base = await rebuildBase({ sha, why }, request, workplace, ports, (warning) =>
      ports.logger.warning(warning),
    );
    budget.noteBuild((ports.clock.now().getTime() - started) / 60_000);
    if (base === null) return null;
    // The next build would take its place.
    const directory = join(workplace.directory, folderOf(sha));
    await rm(directory, { recursive: true, force: true });
    await rename(base.directory, directory);
    return { sha, measurement: base.measurement, directory, rebuilt: true };
  };
  return {
    request,
    stored: (sha) => remember(sha, () => find(sha)),
    built: async (sha) => {
      const made = await build(sha);
      if (made !== null) fetched.set(sha, Promise.resolve(made));
      return made;
    },
    clear: async () => {
      for (const sha of fetched.keys()) {
        const directory = join(workplace.directory, folderOf(sha));
        if (existsSync(directory)) await rm(directory, { recursive: true, force: true });
      }
      fetched.clear();
    },
  };
}
