import { TOOLCHAINS } from '../toolchain/toolchain.ts';

/** Bounds of a file, far above what a project needs: a hostile one is refused, not worked through. */
export const MAX_FILE_BYTES = 256 * 1024;
export const MAX_CONFIGURATIONS = 50;
export const MAX_CASES = 500;
export const MAX_BENCHES = 500;
export const MAX_NUMBERS = 100;

/** `auto` and the names of the toolchains. */
export const KINDS = ['auto', ...TOOLCHAINS] as const;
/** Name of the one configuration of a file that lists none. */
export const DEFAULT_CONFIGURATION = 'default';

/** What holds where neither an input nor the file says otherwise, as the file would say it. */
export const DEFAULTS = {
  kind: 'auto',
  profile: 'release',
  lib: true,
  allFeatures: false,
  defaultFeatures: true,
  size: { gate: 'loadable', floor: '1 KiB', change: '0.1%', attribution: 'auto' },
  compile: { enabled: true, paired: true, minutes: 5 },
  baseline: { rebuild: true, ancestors: 30 },
  benches: {
    enabled: true,
    minutes: 10,
    harness: true,
    instructions: 'auto',
    layouts: true,
    maxProgramBytes: '300 MiB',
  },
  bench: { cwd: '.', category: 'primary', timeout: '60 s' },
  numbers: { timeout: '10 min' },
  triage: { issue: 'weekly', minutes: 20 },
  history: { enabled: true, branch: 'tare-data' },
  accept: { label: 'tare: accepted' },
  failOn: 'budget',
  comment: true,
} as const;
