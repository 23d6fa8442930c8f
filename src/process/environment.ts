/** An environment as the operating system gives it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What describes the run and steers nothing. Every other `GITHUB_*` and `RUNNER_*` name goes, known or not:
 * tokens, the command files (`GITHUB_ENV`, `GITHUB_OUTPUT`, `GITHUB_PATH`, `GITHUB_STATE`, `GITHUB_STEP_SUMMARY`) and
 * whatever command file a later runner adds.
 */
const DESCRIBES_THE_RUN: ReadonlySet<string> = new Set([
  'GITHUB_ACTIONS',
  'GITHUB_ACTOR',
  'GITHUB_API_URL',
  'GITHUB_BASE_REF',
  'GITHUB_EVENT_NAME',
  'GITHUB_GRAPHQL_URL',
  'GITHUB_HEAD_REF',
  'GITHUB_JOB',
  'GITHUB_REF',
  'GITHUB_REF_NAME',
  'GITHUB_REF_TYPE',
  'GITHUB_REPOSITORY',
  'GITHUB_REPOSITORY_ID',
  'GITHUB_REPOSITORY_OWNER',
  'GITHUB_RUN_ATTEMPT',
  'GITHUB_RUN_ID',
  'GITHUB_RUN_NUMBER',
  'GITHUB_SERVER_URL',
  'GITHUB_SHA',
  'GITHUB_WORKFLOW',
  'GITHUB_WORKSPACE',
  'RUNNER_ARCH',
  'RUNNER_ENVIRONMENT',
  'RUNNER_NAME',
  'RUNNER_OS',
  'RUNNER_TEMP',
  'RUNNER_TOOL_CACHE',
  // The runner ends what still carries it when the job is over: a child without it could outlive the job.
  'RUNNER_TRACKING_ID',
]);

/** Inputs of actions (one may be a token), the services and tokens of the runner, and its own switches. */
const OF_THE_RUNNER = /^(INPUT|ACTIONS|GITHUB|RUNNER|STATE)_/;

/** Names that say that the value opens something. */
const SECRET =
  /(^|_)(TOKEN|TOKENS|PAT|SECRET|SECRETS|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|CREDENTIALS|AUTH|APIKEY|API_KEY|ACCESS_KEY|ACCESS_KEY_ID|SECRET_KEY|PRIVATE_KEY|SIGNING_KEY|SSH_KEY|DEPLOY_KEY)(_|$)/i;

/** A socket or a file that signs in for whoever reaches it, and git configuration, which may hold a header or a URL with a token. */
const OPENS =
  /^(SSH_AUTH_SOCK|SSH_AGENT_PID|NETRC|GOAUTH|GIT_ASKPASS|SSH_ASKPASS|GIT_CONFIG_PARAMETERS|GIT_CONFIG_COUNT|GIT_CONFIG_(KEY|VALUE)_\d+)$/;

/** Changes what a child is or which repository it sees without anyone having asked: Node's options, and a git hook's own repository. */
const MISLEADS =
  /^(NODE_OPTIONS|NODE_CHANNEL_FD|NODE_CHANNEL_SERIALIZATION_MODE|GIT_DIR|GIT_WORK_TREE|GIT_IMPLICIT_WORK_TREE|GIT_INDEX_FILE|GIT_PREFIX|GIT_COMMON_DIR|GIT_OBJECT_DIRECTORY|GIT_ALTERNATE_OBJECT_DIRECTORIES|GIT_SHALLOW_FILE|GIT_GRAFT_FILE|GIT_NAMESPACE|GIT_CONFIG|GIT_REPLACE_REF_BASE|GIT_NO_REPLACE_OBJECTS|GIT_TRACE.*)$/;

/**
 * The environment that children get: `outer` without what a stranger's code must not see. Removed are
 * `INPUT_*`, `ACTIONS_*`, `STATE_*`; every `GITHUB_*` and `RUNNER_*` but the names that only describe the run;
 * names that say that they hold a secret (`*_TOKEN`, `*_SECRET`, `*_PASSWORD`, `*_KEY` of the usual kinds, `*_AUTH`);
 * agents and configuration that sign in (`SSH_AUTH_SOCK`, `GIT_CONFIG_*`); `NODE_OPTIONS`; and the variables by which
 * a git hook points git at its own repository. Names are compared without case on Windows, as the system does.
 */
export function cleanEnvironment(outer: Environment, platform: NodeJS.Platform): Record<string, string> {
  const clean: Record<string, string> = {};
  for (const [name, value] of Object.entries(outer)) {
    if (value !== undefined && reaches(canonical(name, platform))) clean[name] = value;
  }
  return clean;
}

/** {@link cleanEnvironment} with `changes` on top: set (string) or removed (undefined). */
export function childEnvironment(
  outer: Environment,
  changes: Environment,
  platform: NodeJS.Platform,
): Record<string, string> {
  const child = cleanEnvironment(outer, platform);
  for (const [name, value] of Object.entries(changes)) {
    const same = canonical(name, platform);
    for (const existing of Object.keys(child)) {
      if (canonical(existing, platform) === same) delete child[existing];
    }
    if (value !== undefined) child[name] = value;
  }
  return child;
}

/**
 * What a download of dependencies may need to sign in, out of what {@link cleanEnvironment} removes: Cargo's registry
 * tokens, an SSH agent, git configuration, `NETRC`, `GOAUTH`. To be added to the one command that downloads and runs
 * no code of the project (`cargo fetch`, `go mod download`).
 */
export function downloadCredentials(outer: Environment, platform: NodeJS.Platform): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(outer)) {
    const known = canonical(name, platform);
    if (value !== undefined && (/^CARGO_REGISTR(Y|IES)_/.test(known) || OPENS.test(known))) {
      found[name] = value;
    }
  }
  return found;
}

/** The value of a variable, found without case on Windows. */
export function lookUp(
  environment: Environment,
  name: string,
  platform: NodeJS.Platform,
): string | undefined {
  if (platform !== 'win32') return environment[name];
  const wanted = canonical(name, platform);
  return Object.entries(environment).find(([key]) => canonical(key, platform) === wanted)?.[1];
}

function reaches(name: string): boolean {
  if (DESCRIBES_THE_RUN.has(name)) return true;
  return !(OF_THE_RUNNER.test(name) || SECRET.test(name) || OPENS.test(name) || MISLEADS.test(name));
}

function canonical(name: string, platform: NodeJS.Platform): string {
  return platform === 'win32' ? name.toUpperCase() : name;
}
