import type { Clock } from '../../ports.ts';

/** The time that a report may spend on running and building programs. */
export interface Budget {
  /** Minutes that are left; 0 when all are spent. */
  left(): number;
  /** Whether a build that takes as long as the ones before would still fit; a first one needs half of all the time. */
  allowsBuild(): boolean;
  noteBuild(minutes: number): void;
}

export function createBudget(minutes: number, clock: Clock): Budget {
  const end = clock.now().getTime() + minutes * 60_000;
  let longest: number | null = null;
  const left = () => Math.max(0, (end - clock.now().getTime()) / 60_000);
  return {
    left,
    allowsBuild: () => left() > 0 && left() >= (longest ?? minutes / 2),
    noteBuild: (taken) => {
      longest = Math.max(longest ?? 0, taken);
    },
  };
}
