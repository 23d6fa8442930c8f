import type { Settings } from './settings.ts';

/** Set (string) or removed (undefined) on top of the runner's clean environment. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** What every call of cargo gets: quiet, without colour, and out of the reach of a jobserver around it. */
const STEADY: Variables = {
  CARGO_TERM_COLOR: 'never',
  CARGO_TERM_PROGRESS_WHEN: 'never',
  CARGO_TERM_HYPERLINKS: 'false',
  CARGO_TERM_UNICODE: 'false',
  CARGO_LOG: undefined,
  MAKEFLAGS: undefined,
  MFLAGS: undefined,
  MAKELEVEL: undefined,
  CARGO_MAKEFLAGS: undefined,
  RUSTC_WRAPPER: '',
  // Even an empty one changes the metadata of the project's own crates, and with it the program.
  RUSTC_WORKSPACE_WRAPPER: undefined,
  CARGO_BUILD_RUSTC_WORKSPACE_WRAPPER: undefined,
};

/** Variables of a configuration that the guards replace, and what to do instead. */
const REPLACED = [
  'CARGO_TARGET_DIR',
  'CARGO_BUILD_TARGET_DIR',
  'CARGO_BUILD_BUILD_DIR',
  'CARGO_BUILD_JOBS',
  'RUSTC_WRAPPER',
  'RUSTC_WORKSPACE_WRAPPER',
  'CARGO_BUILD_RUSTC_WRAPPER',
  'CARGO_BUILD_RUSTC_WORKSPACE_WRAPPER',
];

/**
 * The environment of a cargo call: the configuration's own variables, then the guards. `settings`: cargo's configuration,
 * once it is known; a workspace wrapper in a file can only be switched off by an empty one.
 */
export function cargoEnvironment(
  configured: Readonly<Record<string, string>>,
  settings: Settings | null = null,
): Variables {
  const wrapped = settings?.workspaceWrapper ? { RUSTC_WORKSPACE_WRAPPER: '' } : {};
  return { ...configured, ...STEADY, ...wrapped };
}

/** The unit graph is unstable: stable cargo gives it only with this. Never part of a build, which may probe for it. */
export const BOOTSTRAP: Variables = { RUSTC_BOOTSTRAP: '1' };

/**
 * CARGO_INCREMENTAL for the timed build: off, because it costs time and changes the program, unless the configuration says
 * otherwise or the profile itself asks and the environment does not object.
 */
export function incremental(
  profileAsks: boolean,
  configured: Readonly<Record<string, string>>,
  environment: Variables,
): Variables {
  const chosen = configured['CARGO_INCREMENTAL'];
  if (chosen !== undefined) return { CARGO_INCREMENTAL: chosen };
  const off = !profileAsks || environment['CARGO_INCREMENTAL'] === '0';
  return { CARGO_INCREMENTAL: off ? '0' : undefined };
}

/** One line for each of the user's settings that the guards switch off. */
export function guardWarnings(
  settings: Settings,
  configured: Readonly<Record<string, string>>,
  environment: Variables,
): string[] {
  const all: Variables = { ...environment, ...configured };
  const wrapper = all['RUSTC_WRAPPER'] || all['CARGO_BUILD_RUSTC_WRAPPER'] || settings.wrapper;
  const workspace =
    all['RUSTC_WORKSPACE_WRAPPER'] || all['CARGO_BUILD_RUSTC_WORKSPACE_WRAPPER'] || settings.workspaceWrapper;
  const replaced = REPLACED.filter((name) => !name.includes('WRAPPER') && configured[name] !== undefined);
  return [
    ...(wrapper
      ? [`the compiler wrapper ${wrapper} is off while Tare builds: it would hide the cost of compiling`]
      : []),
    ...(workspace ? [workspaceWarning(workspace, settings)] : []),
    ...replaced.map(
      (name) =>
        `env ${name} of the configuration has no effect: Tare builds in its own directory, with fixed jobs`,
    ),
  ];
}

function workspaceWarning(wrapper: string, settings: Settings): string {
  const off = `the workspace compiler wrapper ${wrapper} is off while Tare builds`;
  return settings.workspaceWrapper
    ? `${off}; cargo gives crates other symbol names then, which moves a few bytes`
    : off;
}
