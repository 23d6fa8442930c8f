import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import { messageOf, UserError } from '../errors.ts';
import { judgeDocument } from '../jobs/judge.ts';

/** Most bytes of a document. */
export const MAX_DOCUMENT = 64 * 2 ** 20;

export const JUDGE_USAGE = `Usage: tare judge FILE

Judges run times of base and head that were measured in pairs elsewhere, and writes the
answers to standard output as JSON. FILE: - for standard input.

  in   {"cases": [{"id": "sort", "pairs": [[base, head], …]}]}
  out  {"sort": {"verdict", "change", "ci", "p", "samples"}}

Exit status: 0 done, whatever the verdicts; 2 a document that cannot be read; 3 a bug in Tare.`;

/** What the command reads and writes. */
export interface JudgeWorld {
  readonly stdin: Readable;
  cwd(): string;
}

/** Runs `tare judge` with the arguments behind its name, and gives what belongs on standard output. Errors: UserError. */
export async function judge(argv: readonly string[], world: JudgeWorld): Promise<string> {
  const file = fileOf(argv);
  if (file === null) return `${JUDGE_USAGE}\n`;
  const name = file === '-' ? 'standard input' : file;
  const stream = file === '-' ? world.stdin : createReadStream(resolve(world.cwd(), file));
  return judgeDocument(await textOf(stream, name), name);
}

function fileOf(argv: readonly string[]): string | null {
  const { values, positionals } = parse(argv);
  if (values.help) return null;
  const [file, extra] = positionals;
  if (file === undefined) throw new UserError('judge needs a file with pairs, or - for standard input');
  if (extra !== undefined) throw new UserError(`unexpected argument ${JSON.stringify(extra)} after ${file}`);
  return file;
}

function parse(argv: readonly string[]) {
  try {
    const options = { help: { type: 'boolean', short: 'h' } } as const;
    return parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (error) {
    throw new UserError(`${messageOf(error).split('. ')[0]}; \`tare judge --help\` shows what is allowed`);
  }
}

async function textOf(stream: Readable, name: string): Promise<string> {
  const bytes = await bytesOf(stream, name);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UserError(`${name} is not UTF-8 text`);
  }
}

async function bytesOf(stream: Readable, name: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of stream) {
      const bytes = Buffer.from(chunk);
      length += bytes.length;
      if (length > MAX_DOCUMENT) break;
      chunks.push(bytes);
    }
  } catch (error) {
    throw new UserError(`cannot read ${name}: ${messageOf(error)}`);
  }
  if (length > MAX_DOCUMENT) {
    throw new UserError(
      `${name} is larger than ${MAX_DOCUMENT / 2 ** 20} MiB; split its cases over several documents`,
    );
  }
  return Buffer.concat(chunks);
}
