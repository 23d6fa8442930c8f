import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { SecretMasker, StepLog } from './runner-log.ts';

const inputSchema = z.object({
  description: z.string().optional(),
  required: z.boolean().optional(),
  default: z.union([z.string(), z.boolean(), z.number()]).nullish(),
  deprecationMessage: z.string().optional(),
});

const manifestSchema = z.object({
  name: z.string(),
  description: z.string(),
  inputs: z.record(z.string(), inputSchema).default({}),
  outputs: z.record(z.string(), z.object({ description: z.string().optional() })).default({}),
  runs: z.strictObject({
    using: z.enum(['node20', 'node24']),
    main: z.string(),
    post: z.string().optional(),
    'post-if': z.string().default('always()'),
  }),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** `action.yml` in an action's folder. */
export async function readManifest(directory: string): Promise<Manifest> {
  return manifestSchema.parse(parse(await readFile(join(directory, 'action.yml'), 'utf8')));
}

/**
 * The variables for an action's inputs: upper case, spaces become `_`, hyphens stay; every input of the manifest is set, to
 * the empty text when it has no default. In defaults, `${{ github.name }}` is looked up in `github`.
 */
export function inputVariables(
  manifest: Manifest,
  given: Readonly<Record<string, string>>,
  github: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const defaults = Object.entries(manifest.inputs).map(
    ([name, input]) => [name, evaluate(String(input.default ?? ''), github)] as const,
  );
  const all = new Map<string, string>(defaults);
  for (const [name, value] of Object.entries(given)) all.set(name, value);
  return Object.fromEntries(
    [...all].map(([name, value]) => [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, value]),
  );
}

/** Inputs that the manifest does not know: the runner warns about them, and passes them on. */
export function unexpectedInputs(
  manifest: Manifest,
  given: Readonly<Record<string, string>>,
): readonly string[] {
  const known = new Set(Object.keys(manifest.inputs).map((name) => name.toLowerCase()));
  return Object.keys(given).filter((name) => !known.has(name.toLowerCase()));
}

function evaluate(text: string, github: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{\{\s*(.*?)\s*\}\}/g, (_, expression: string) => {
    const name = /^github\.([a-z_]+)$/.exec(expression)?.[1];
    const value = name === undefined ? undefined : github[name];
    if (value === undefined) throw new Error(`The runner harness cannot evaluate \${{ ${expression} }}`);
    return value;
  });
}

const COMMAND_FILES = {
  env: 'set_env',
  path: 'add_path',
  output: 'set_output',
  state: 'save_state',
  step_summary: 'step_summary',
} as const;
type CommandFile = keyof typeof COMMAND_FILES;

/** The five files that a step writes to. */
export class CommandFiles {
  readonly #paths: Readonly<Record<CommandFile, string>>;

  private constructor(paths: Readonly<Record<CommandFile, string>>) {
    this.#paths = paths;
  }

  /** Creates them, empty, in a folder. */
  static async create(directory: string, id: string): Promise<CommandFiles> {
    await mkdir(directory, { recursive: true });
    const path = (name: CommandFile) => join(directory, `${COMMAND_FILES[name]}_${id}`);
    const files = new CommandFiles({
      env: path('env'),
      path: path('path'),
      output: path('output'),
      state: path('state'),
      step_summary: path('step_summary'),
    });
    await Promise.all(Object.values(files.#paths).map((file) => writeFile(file, '')));
    return files;
  }

  /** GITHUB_ENV and the others. */
  get variables(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      Object.entries(this.#paths).map(([name, path]) => [`GITHUB_${name.toUpperCase()}`, path]),
    );
  }

  /** Reads what the step wrote; a file of a wrong format fails the step. */
  async read(log: StepLog, masker: SecretMasker): Promise<StepFiles> {
    const pairs = async (name: 'env' | 'output' | 'state'): Promise<ReadonlyMap<string, string>> => {
      try {
        return new Map(keyValuePairs(await readIfThere(this.#paths[name])));
      } catch (error) {
        log.fail(`Unable to process file command '${name}' successfully.`, String(error));
        return new Map();
      }
    };
    const env = new Map(await pairs('env'));
    for (const name of [...env.keys()].filter((key) => key.toUpperCase() === 'NODE_OPTIONS')) {
      env.delete(name);
      log.annotate('error', "Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command.");
    }
    const path = (await readIfThere(this.#paths.path)).split(/\r?\n/).filter((line) => line !== '');
    const output = await pairs('output');
    const state = await pairs('state');
    return { env, path, output, state, summary: await readSummary(this.#paths.step_summary, log, masker) };
  }
}

export interface StepFiles {
  readonly env: ReadonlyMap<string, string>;
  readonly path: readonly string[];
  readonly output: ReadonlyMap<string, string>;
  readonly state: ReadonlyMap<string, string>;
  /** null: nothing written, or too large and dropped. */
  readonly summary: string | null;
}

/** Source: actions/runner, CreateStepSummaryCommand: over it, the whole summary is dropped. */
const MAX_SUMMARY_BYTES = 1024 * 1024;

async function readSummary(path: string, log: StepLog, masker: SecretMasker): Promise<string | null> {
  const { size } = await stat(path).catch(() => ({ size: 0 }));
  if (size === 0) return null;
  if (size > MAX_SUMMARY_BYTES) {
    const kilobytes = Math.floor(size / 1024);
    log.annotate(
      'error',
      `$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k, got ${kilobytes}k. For more information see: https://docs.github.com/actions`,
    );
    return null;
  }
  return masker.mask(await readFile(path, 'utf8'));
}

function readIfThere(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

/**
 * `NAME=value` and `NAME<<DELIMITER … DELIMITER`, as actions/runner reads them (EnvFileKeyValuePairs, not on Windows).
 * Errors: Error with the runner's text.
 */
export function keyValuePairs(text: string): readonly (readonly [string, string])[] {
  const pairs: [string, string][] = [];
  const lines = text.split('\n');
  const endsWithNewline = lines.at(-1) === '';
  if (endsWithNewline) lines.pop();
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    if (line === '') continue;
    const equals = line.indexOf('=');
    const heredoc = line.indexOf('<<');
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      pairs.push([line.slice(0, equals), line.slice(equals + 1)]);
      continue;
    }
    if (heredoc < 0) throw new Error(`Invalid format '${line}'`);
    const [name, delimiter] = [line.slice(0, heredoc), line.slice(heredoc + 2)];
    if (name === '' || delimiter === '') {
      throw new Error(`Invalid format '${line}'. Name must not be empty and delimiter must not be empty`);
    }
    const end = lines.indexOf(delimiter, index + 1);
    if (end < 0) throw new Error(`Invalid value. Matching delimiter not found '${delimiter}'`);
    pairs.push([name, lines.slice(index + 1, end).join('\n')]);
    index = end;
  }
  return pairs;
}
