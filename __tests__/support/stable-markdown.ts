/**
 * Markdown without what differs from machine to machine and from run to run: SHAs, times, sizes, versions, the machine.
 * What is left is what Tare says, and in which order.
 */
export function stableMarkdown(text: string): string {
  return text.split('\n').map(stableLine).join('\n');
}

const OF_THE_MACHINE = /^\| (Toolchain|Target|Profile|Flags|Linker|Features|Lockfile|Machine|Jobs) \|/;
/** Rows of the table of compile time: even the sign of a change is chance. */
const NOISY = /^\| [^|]* \| (compile CPU time|compile wall time|peak memory of the largest process) \|/;

function stableLine(line: string): string {
  const row = OF_THE_MACHINE.exec(line) ?? NOISY.exec(line);
  if (row !== null) return `${row[0]} … |`;
  return (
    line
      .replace(/\b[0-9a-f]{40}\b/g, 'SHA')
      .replace(/\b[0-9a-f]{10}\b/g, 'sha')
      // Tare puts a word into code where a letter of the random folder asks for it.
      .replace(/`?\/[^\s;)`]*\/runner\/([^\s;)`]*)`?/g, '/runner/$1')
      .replace(/rustc [\w&#;.]+/g, 'rustc …')
      .replace(/Tare `[^`]+`/g, 'Tare `…`')
      .replace(/run=\d+\.\d+/g, 'run=…')
      .replace(/http:\/\/[^\s)]+?\/octo\//g, 'https://github/octo/')
      .replace(/\/actions\/runs\/\d+/g, '/actions/runs/…')
      .replace(/(<b>Compile time<\/b>: )[^,]+/, '$1…')
      .replace(/\d[\d.,]*\s(?:s|ms|KiB|MiB|B|%)(?!\w)/g, '#')
  );
}
