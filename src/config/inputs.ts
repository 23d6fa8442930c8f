import { UserError } from '../errors.ts';
import { MODES, type Mode } from '../github/context.ts';
import { choose } from './choice.ts';
import { FAIL_ON } from './config.ts';
import type { Overrides } from './load.ts';
import { quote } from './quote.ts';

/** Names of the action's inputs, as action.yml lists them. */
export const INPUT_NAMES = [
  'token',
  'mode',
  'config',
  'working-directory',
  'configuration',
  'fail-on',
  'comment',
  'workflow',
  'artifact',
  'status',
  'pull-request',
] as const;
export type InputName = (typeof INPUT_NAMES)[number];

/** Names of the action's outputs, as action.yml lists them. */
export const OUTPUT_NAMES = [
  'verdict',
  'report',
  'markdown',
  'report-data',
  'regressions',
  'improvements',
  'baseline-sha',
  'comment-url',
  'triage',
  'triage-markdown',
  'needs-human',
  'issue-url',
] as const;
export type OutputName = (typeof OUTPUT_NAMES)[number];

/** The action's inputs, validated. */
export interface Inputs {
  /** null: none, so nothing is asked of GitHub. */
  readonly token: string | null;
  readonly mode: Mode;
  /** Configuration file, relative to the repository; null: looked up. */
  readonly config: string | null;
  /** Where the project lies, relative to the repository. */
  readonly workingDirectory: string;
  /** What wins over the configuration file. */
  readonly overrides: Overrides;
  /** For `publish`. */
  readonly publish: PublishInputs;
  /** Pull request whose check is run again; null: none is named. */
  readonly pullRequest: number | null;
}

export interface PublishInputs {
  /** Paths of the workflow files whose runs are published or run again, `.github/workflows/NAME`. */
  readonly workflows: readonly string[];
  /** Name of the artifact that holds the data. */
  readonly artifact: string;
  /** Whether the head gets a commit status. */
  readonly status: boolean;
}

/**
 * Reads every input through `read`, which gives the empty string for one that is not set.
 * Errors: UserError for a value that is not allowed, naming the allowed ones.
 */
export function loadInputs(read: (name: InputName) => string): Inputs {
  const get = (name: InputName): string | null => {
    const value = read(name).trim();
    return value === '' ? null : value;
  };
  const failOn = get('fail-on');
  return {
    token: get('token'),
    mode: choose('input "mode"', get('mode') ?? 'auto', MODES),
    config: get('config'),
    workingDirectory: get('working-directory') ?? '.',
    overrides: {
      failOn: failOn === null ? null : choose('input "fail-on"', failOn, FAIL_ON),
      comment: truth('comment', get('comment')),
      configurations: configurationNames(get('configuration')),
    },
    publish: {
      workflows: workflowPaths(get('workflow') ?? 'tare.yml'),
      artifact: get('artifact') ?? 'tare-report',
      status: truth('status', get('status')) ?? true,
    },
    pullRequest: pullRequestNumber(get('pull-request')),
  };
}

function pullRequestNumber(given: string | null): number | null {
  if (given === null) return null;
  if (/^[1-9]\d{0,8}$/.test(given)) return Number(given);
  throw new UserError(
    `input "pull-request" is ${quote(given)}; expected the number of a pull request, e.g. 12`,
  );
}

/** Paths from names or paths with commas or line ends between them. */
function workflowPaths(list: string): readonly string[] {
  const paths = list
    .split(/[,\n]/)
    .map((path) => path.trim())
    .filter((path) => path !== '')
    .map((path) => (path.includes('/') ? path : `.github/workflows/${path}`));
  const wrong = paths.find((path) => !/^\.github\/workflows\/[^/@]+\.ya?ml$/.test(path));
  if (wrong !== undefined || paths.length === 0) {
    throw new UserError(
      `input "workflow" is ${quote(list)}; expected the file of the workflow that measures, e.g. "tare.yml"`,
    );
  }
  return paths;
}

/**
 * Names from a list with commas or line ends between them; null for null.
 * Errors: UserError when the list holds no name or one twice.
 */
export function configurationNames(list: string | null): readonly string[] | null {
  if (list === null) return null;
  const names = list
    .split(/[,\n]/)
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0) throw new UserError('input "configuration" holds no name; leave it out to run all');
  const repeated = names.find((name, index) => names.indexOf(name) < index);
  if (repeated !== undefined)
    throw new UserError(`input "configuration" names ${quote(repeated)} twice; name it once`);
  return names;
}

function truth(name: InputName, value: string | null): boolean | null {
  return value === null ? null : choose(`input "${name}"`, value, ['true', 'false']) === 'true';
}
