import { parse, TomlError } from 'smol-toml';
import { UserError } from '../errors.ts';
import { resolveBenches } from './benches.ts';
import type { Benches, CaseRule } from './config.ts';
import { MAX_FILE_BYTES } from './defaults.ts';
import { locate } from './locate.ts';
import { keyProblem, type Problem, problemsError, problemsOf } from './problem.ts';
import { caseRules } from './rules.ts';
import { type FileContent, fileJsonSchema, fileSchema } from './schema.ts';

/** Lists and inline tables nested deeper than this are refused. */
const MAX_DEPTH = 32;

export interface ConfigDocument {
  readonly content: FileContent;
  readonly rules: readonly CaseRule[];
  readonly benches: Benches;
}

export interface DocumentOptions {
  /** Whether files that it names may lie outside the repository. */
  readonly absolutePaths: boolean;
}

/**
 * Reads the bytes of a configuration file; `file` is its name in messages.
 * Errors: UserError `file:line: …` for bytes that are not UTF-8, text that is not TOML, and every wrong key or value.
 */
export function readDocument(file: string, bytes: Uint8Array, options: DocumentOptions): ConfigDocument {
  if (bytes.byteLength > MAX_FILE_BYTES) {
    throw new UserError(
      `${file} is larger than ${MAX_FILE_BYTES / 1024} KiB; a configuration file must be smaller`,
    );
  }
  const text = decoded(file, bytes);
  const document = parsed(file, text);
  const outcome = fileSchema.safeParse(document);
  const fail = (problems: readonly Problem[]): never => {
    throw problemsError(file, problems, locate(text));
  };
  if (!outcome.success) return fail(problemsOf(outcome.error.issues, document, fileJsonSchema));
  const content = outcome.data;
  const { rules, problems } = caseRules(content.case ?? []);
  const resolved = resolveBenches(content, options.absolutePaths);
  const all = [...problems, ...repeatedNames(content), ...resolved.problems];
  return all.length === 0 ? { content, rules, benches: resolved.benches } : fail(all);
}

function decoded(file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UserError(`${file}:${firstBadLine(bytes)}: the text is not UTF-8; save the file as UTF-8`);
  }
}

function firstBadLine(bytes: Uint8Array): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const end = bytes.indexOf(0x0a, start);
    const next = end === -1 ? bytes.length : end + 1;
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(start, next));
    } catch {
      return line;
    }
    start = next;
  }
  return line;
}

function parsed(file: string, text: string): unknown {
  try {
    return parse(text, { maxDepth: MAX_DEPTH, unsafeKeyBehaviour: 'throw' });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [first = ''] = error.message.split('\n', 1);
    const reason = first.replace('Invalid TOML document: ', '');
    throw new UserError(`${file}:${error.line}:${error.column}: not valid TOML: ${reason}`);
  }
}

/** Names become file names and parts of cache keys, so two that differ only in case are one. */
function repeatedNames(content: FileContent): readonly Problem[] {
  const seen = new Set<string>();
  return (content.configuration ?? []).flatMap(({ name }, index) => {
    const known = seen.has(name.toLowerCase());
    seen.add(name.toLowerCase());
    if (!known) return [];
    const path = ['configuration', index, 'name'];
    return [keyProblem(path, () => `is "${name}", the name of an earlier configuration; names must differ`)];
  });
}
