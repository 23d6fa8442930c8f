import { type FileHandle, open, rm, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { messageOf, UserError } from '../errors.ts';
import type { Presenter } from '../jobs/ports.ts';
import type { Logger } from '../ports.ts';
import { MAX_COMMENT, renderComment } from '../report/comment.ts';
import type { Report } from '../report/report.ts';
import { renderTerminal } from '../report/terminal.ts';
import type { Arguments } from './arguments.ts';
import { showsTable } from './ending.ts';
import type { TerminalStream } from './logger.ts';

export interface TerminalPresenterParts {
  readonly args: Pick<Arguments, 'json' | 'markdown'>;
  /** Where paths on the command line start, absolute. */
  readonly cwd: string;
  readonly stdout: TerminalStream & { hasColors?(): boolean };
  readonly logger: Logger;
}

/** Presents to a terminal: the table on standard output, unless a document goes there, and the files that were asked for. */
export function createTerminalPresenter(parts: TerminalPresenterParts): Presenter {
  const { args, stdout } = parts;
  return {
    present: async (report) => {
      if (showsTable(args)) stdout.write(renderTerminal(report, styleOf(stdout)));
      const refusals = [
        await deliver(args.json, () => `${JSON.stringify(report, null, 2)}\n`, parts),
        await deliver(args.markdown, () => markdownOf(report), parts),
      ].filter((refusal) => refusal !== null);
      if (refusals.length > 0) throw new UserError(refusals.join('; '));
    },
  };
}

/**
 * Tries the files that the report will go to, before anything is built for it. Leaves them as they are.
 * Errors: UserError that names the option and the file.
 */
export async function checkTargets(args: TerminalPresenterParts['args'], cwd: string): Promise<void> {
  for (const name of ['json', 'markdown'] as const) {
    const target = args[name];
    if (target === null || target === '-') continue;
    const path = resolve(cwd, target);
    const present = await stat(path).catch(() => null);
    // A pipe may have only one reader, once.
    if (present !== null && !present.isFile() && !present.isDirectory()) continue;
    try {
      await (await open(path, 'a')).close();
      if (present === null) await rm(path, { force: true });
    } catch (error) {
      throw new UserError(
        `--${name}: cannot write ${path}: ${messageOf(error)}; name a file in a folder that exists and may be written`,
      );
    }
  }
}

/** Writes to the target. Returns null, or why that could not be done. */
export async function deliver(
  target: string | null,
  render: () => string,
  parts: TerminalPresenterParts,
): Promise<string | null> {
  if (target === null) return null;
  if (target === '-') {
    parts.stdout.write(render());
    return null;
  }
  const path = resolve(parts.cwd, target);
  try {
    await write(await open(path, 'w'), path, render());
    return null;
  } catch (error) {
    return `cannot write ${path}: ${messageOf(error)}`;
  }
}

/** Half a document is worse than none: what a full disk cut off is removed. */
async function write(file: FileHandle, path: string, text: string): Promise<void> {
  const isFile = (await file.stat()).isFile();
  try {
    await file.writeFile(text);
    await file.close();
  } catch (error) {
    await file.close().catch(() => undefined);
    if (isFile) await rm(path, { force: true });
    throw error;
  }
}

function markdownOf(report: Report): string {
  const body = renderComment(report, {
    marker: '<!-- tare -->',
    headSha: report.head.sha,
    maxLength: MAX_COMMENT,
  });
  return `${body}\n`;
}

function styleOf(stdout: TerminalPresenterParts['stdout']): { width: number; color: boolean } {
  const isTerminal = stdout.isTTY === true;
  return {
    width: isTerminal ? (stdout.columns ?? 100) : 120,
    color: isTerminal && (stdout.hasColors?.() ?? false),
  };
}
