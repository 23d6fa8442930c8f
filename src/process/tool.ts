import { getExecOutput } from '@actions/exec';

export interface ToolResult {
  /** null when the tool could not be started. */
  readonly exitCode: number | null;
  readonly stdout: string;
}

/**
 * Runs a short program of the system's own, by its absolute path and with an empty environment; its output is not
 * shown. Only for tools whose code and arguments no project can influence (docs/adr/0003-processes.md): it has no
 * time-out and no bound. Never throws.
 */
export async function runTool(path: string, args: readonly string[]): Promise<ToolResult> {
  try {
    const { exitCode, stdout } = await getExecOutput(quoted(path), [...args], {
      env: {},
      silent: true,
      ignoreReturnCode: true,
    });
    return { exitCode, stdout };
  } catch {
    return { exitCode: null, stdout: '' };
  }
}

/** @actions/exec splits its first argument at blanks. */
function quoted(path: string): string {
  return `"${path}"`;
}
