import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { messageOf, UserError } from '../errors.ts';
import type { Presenter } from '../jobs/ports.ts';
import type { Logger } from '../ports.ts';
import { MAX_COMMENT, renderComment } from '../report/comment.ts';
import type { Report } from '../report/report.ts';
import { renderTerminal } from '../report/terminal.ts';
import type { Arguments } from './arguments.ts';
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
      if (args.json !== '-' && args.markdown !== '-') stdout.write(renderTerminal(report, styleOf(stdout)));
      await deliver(args.json, () => `${JSON.stringify(report, null, 2)}\n`, parts);
      await deliver(args.markdown, () => markdownOf(report), parts);
    },
  };
}

async function deliver(
  target: string | null,
  render: () => string,
  parts: TerminalPresenterParts,
): Promise<void> {
  if (target === null) return;
  if (target === '-') {
    parts.stdout.write(render());
    return;
  }
  const path = resolve(parts.cwd, target);
  try {
    await writeFile(path, render());
  } catch (error) {
    throw new UserError(`cannot write ${path}: ${messageOf(error)}`);
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
