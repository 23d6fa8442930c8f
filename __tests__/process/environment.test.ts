import { describe, expect, it } from 'vitest';
import {
  childEnvironment,
  cleanEnvironment,
  downloadCredentials,
  lookUp,
} from '../../src/process/environment.ts';

const REMOVED = [
  'INPUT_TOKEN',
  'INPUT_GITHUB-TOKEN',
  'ACTIONS_RUNTIME_TOKEN',
  'ACTIONS_RESULTS_URL',
  'ACTIONS_CACHE_URL',
  'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
  'ACTIONS_ID_TOKEN_REQUEST_URL',
  'ACTIONS_STEP_DEBUG',
  'STATE_key',
  'GITHUB_TOKEN',
  'GH_TOKEN',
  'GITHUB_PAT',
  'GITHUB_ENV',
  'GITHUB_OUTPUT',
  'GITHUB_PATH',
  'GITHUB_STATE',
  'GITHUB_STEP_SUMMARY',
  'GITHUB_EVENT_PATH',
  'GITHUB_ARTIFACTS',
  'GITHUB_SOMETHING_NEW',
  'RUNNER_DEBUG',
  'RUNNER_SOMETHING_NEW',
  'NPM_TOKEN',
  'my_token',
  'npm_config__auth',
  'NODE_AUTH_TOKEN',
  'CARGO_REGISTRY_TOKEN',
  'CARGO_REGISTRIES_MINE_TOKEN',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AZURE_CLIENT_SECRET',
  'GOOGLE_APPLICATION_CREDENTIALS',
  'DB_PASSWORD',
  'GPG_PRIVATE_KEY',
  'OPENAI_API_KEY',
  'SSH_AUTH_SOCK',
  'GIT_CONFIG_COUNT',
  'GIT_CONFIG_KEY_0',
  'GIT_CONFIG_VALUE_12',
  'GIT_CONFIG_PARAMETERS',
  'GIT_ASKPASS',
  'GIT_DIR',
  'GIT_INDEX_FILE',
  'NODE_OPTIONS',
];

const KEPT = [
  'PATH',
  'HOME',
  'CI',
  'GITHUB_ACTIONS',
  'GITHUB_SHA',
  'GITHUB_WORKSPACE',
  'RUNNER_OS',
  'RUNNER_TRACKING_ID',
  'RUSTFLAGS',
  'CARGO_HOME',
  'CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_LINKER',
  'CARGO_NET_GIT_FETCH_WITH_CLI',
  'GOFLAGS',
  'GIT_SSH_COMMAND',
  'KEYBOARD',
  'TOKENIZERS_PARALLELISM',
  'PATTERN',
  'AUTHOR',
  'SECRETARY',
  'INPUTRC',
  'ImageOS',
];

describe('the environment of children', () => {
  it.each(REMOVED)('loses %s', (name) => {
    expect(cleanEnvironment({ [name]: 'x', A: '1' }, 'linux')).toEqual({ A: '1' });
  });

  it.each(KEPT)('keeps %s', (name) => {
    expect(cleanEnvironment({ [name]: 'x', GONE: undefined }, 'linux')).toEqual({ [name]: 'x' });
  });

  it('looks at names without case on Windows alone', () => {
    const outer = { github_env: 'x', Input_Name: 'y', Path: 'z', Node_Options: 'w', github_sha: 'v' };
    expect(cleanEnvironment(outer, 'win32')).toEqual({ Path: 'z', github_sha: 'v' });
    expect(cleanEnvironment(outer, 'linux')).toEqual(outer);
    expect(lookUp(outer, 'PATH', 'win32')).toBe('z');
    expect(lookUp(outer, 'PATH', 'linux')).toBeUndefined();
  });

  it('takes the changes of a command, even what would be removed', () => {
    const outer = { PATH: '/bin', A: '1', GH_TOKEN: 'x' };
    expect(childEnvironment(outer, { A: undefined, B: '2', GH_TOKEN: 'mine' }, 'linux')).toEqual({
      PATH: '/bin',
      B: '2',
      GH_TOKEN: 'mine',
    });
    expect(childEnvironment({ Path: 'x' }, { PATH: 'y' }, 'win32')).toEqual({ PATH: 'y' });
    expect(childEnvironment({ Path: 'x' }, { PATH: undefined }, 'win32')).toEqual({});
  });

  it('names what a download may need to sign in, and no more', () => {
    const outer = {
      CARGO_REGISTRY_TOKEN: 'a',
      CARGO_REGISTRIES_MINE_TOKEN: 'b',
      CARGO_REGISTRIES_MINE_INDEX: 'c',
      SSH_AUTH_SOCK: 'd',
      GIT_CONFIG_COUNT: '1',
      NETRC: 'e',
      GITHUB_TOKEN: 'f',
      INPUT_TOKEN: 'g',
      AWS_SECRET_ACCESS_KEY: 'h',
      HOME: 'i',
    };
    expect(Object.keys(downloadCredentials(outer, 'linux')).sort()).toEqual([
      'CARGO_REGISTRIES_MINE_INDEX',
      'CARGO_REGISTRIES_MINE_TOKEN',
      'CARGO_REGISTRY_TOKEN',
      'GIT_CONFIG_COUNT',
      'NETRC',
      'SSH_AUTH_SOCK',
    ]);
  });
});
