import { parseArgs } from 'node:util';
import { FAIL_ON, type FailOn } from '../config/config.ts';
import { messageOf, UserError } from '../errors.ts';

export const COMMANDS = ['record', 'check', 'triage'] as const;
export type CommandName = (typeof COMMANDS)[number];

/** The command line, validated. Paths are as the user wrote them. */
export interface Arguments {
  readonly command: CommandName;
  readonly repo: string;
  readonly config: string | null;
  readonly store: string | null;
  readonly base: string | null;
  /** Revision or date that a triage begins behind. */
  readonly since: string | null;
  readonly json: string | null;
  readonly markdown: string | null;
  readonly failOn: FailOn | null;
  /** Names of the configurations to run; empty: all. */
  readonly configurations: readonly string[];
  readonly quiet: boolean;
}

export const USAGE = `Usage: tare <command> [options]

Commands
  record             build and measure the checked-out commit, and store it as a baseline
  check              build and measure the checked-out commit, and compare it with a baseline
  triage             report what the recorded commits moved since the last report, and what is open
  badge              draw the recorded history: badges and the trend page (\`tare badge --help\`)
  judge FILE         judge pairs of times that were measured elsewhere (\`tare judge --help\`)

Options
  --base REV         compare with this revision (default: where HEAD left the default branch);
                     one that has no stored baseline is built in a worktree first
  --since REV|DATE   what the triage begins behind; such a report is shown, and not kept as the week's
  --repo DIR         the folder to build in (default: this folder)
  --config FILE      default: tare.toml in the folder, the repository's root or .github
  --configuration N  run only this configuration; may be repeated
  --store DIR        where baselines and the history are kept (default: .tare in the repository's root)
  --json FILE        write report.json there (- for standard output)
  --markdown FILE    write the pull-request comment or the triage there (- for standard output)
  --fail-on WHAT     exit with 1 on: never, regression, budget (default: budget)
  --quiet            no progress
  --version, --help

Exit status: 0 done, 1 a gate failed, 2 a mistake in the arguments, the configuration or the
project, 3 a bug in Tare.`;

const OPTIONS = {
  repo: { type: 'string' },
  config: { type: 'string' },
  configuration: { type: 'string', multiple: true },
  store: { type: 'string' },
  base: { type: 'string' },
  since: { type: 'string' },
  json: { type: 'string' },
  markdown: { type: 'string' },
  'fail-on': { type: 'string' },
  quiet: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const;

/** Parses `argv` (without node and script). Errors: UserError naming the argument and what is allowed. */
export function parseArguments(argv: readonly string[]): Arguments | 'help' | 'version' {
  const { values, positionals } = parse(argv);
  refuseEmpty(values);
  if (values.help) return 'help';
  if (values.version) return 'version';
  if (values.json === '-' && values.markdown === '-') {
    throw new UserError(
      '--json - and --markdown - cannot both write to standard output; give one of them a file',
    );
  }
  const command = commandOf(positionals);
  if (command === 'record' && values.base !== undefined) {
    throw new UserError('--base goes with check; record stores the checked-out commit as it is');
  }
  refuseForeign(command, values);
  return {
    command,
    repo: values.repo ?? '.',
    config: values.config ?? null,
    store: values.store ?? null,
    base: values.base ?? null,
    since: values.since ?? null,
    json: values.json ?? null,
    markdown: values.markdown ?? null,
    failOn: values['fail-on'] === undefined ? null : failOnOf(values['fail-on']),
    configurations: values.configuration ?? [],
    quiet: values.quiet ?? false,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    const reason = messageOf(error).split(/\. (?=To specify)/)[0];
    throw new UserError(`${reason}; \`tare --help\` lists the options`);
  }
}

/** An empty value is what a script's unset variable leaves behind. */
function refuseEmpty(values: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (value !== '' && !(Array.isArray(value) && value.includes(''))) continue;
    throw new UserError(`--${name} is empty; give it a value, or leave it out`);
  }
}

/** Errors: UserError for an option that the command would have to ignore. */
function refuseForeign(command: CommandName, values: Readonly<Record<string, unknown>>): void {
  if (command !== 'triage' && values['since'] !== undefined)
    throw new UserError(`--since goes with triage, not with ${command}`);
  const foreign = ['base', 'fail-on'].find((name) => values[name] !== undefined);
  if (command === 'triage' && foreign !== undefined)
    throw new UserError(
      `--${foreign} does not go with triage; name where it begins with --since REV or DATE`,
    );
}

function commandOf(positionals: readonly string[]): CommandName {
  const [word, extra] = positionals;
  if (word === undefined)
    throw new UserError(
      `no command given; commands: ${[...COMMANDS, 'badge', 'judge'].join(', ')} (\`tare --help\`)`,
    );
  const command = COMMANDS.find((candidate) => candidate === word);
  if (command === undefined) {
    throw new UserError(
      `unknown command ${JSON.stringify(word)}; commands: ${[...COMMANDS, 'badge', 'judge'].join(', ')} (\`tare --help\`)`,
    );
  }
  if (extra !== undefined)
    throw new UserError(`unexpected argument ${JSON.stringify(extra)} after ${command}`);
  return command;
}

function failOnOf(text: string): FailOn {
  const failOn = FAIL_ON.find((candidate) => candidate === text);
  if (failOn !== undefined) return failOn;
  throw new UserError(`--fail-on ${JSON.stringify(text)}: allowed are ${FAIL_ON.join(', ')}`);
}
