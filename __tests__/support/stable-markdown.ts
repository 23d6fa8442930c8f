/**
 * Markdown without what differs from machine to machine and from run to run: SHAs, times, sizes, versions, the machine. What is left
 * is what Tare says and in which order.
 */
export function stableMarkdown(text: string): string {
  return text
    .split('\n')
    .map((line) =>
      OF_THE_MACHINE.test(line) ? line.replace(/^(\| [^|]+ \|).*$/, '$1 … |') : stableLine(line),
    )
    .join('\n');
}

const OF_THE_MACHINE = /^\| (Toolchain|Target|Profile|Flags|Linker|Features|Lockfile|Machine|Jobs) \|/;
const NOISY = /compile CPU time|compile wall time|peak memory of the largest process/;

function stableLine(line: string): string {
  const named = line
    .replace(/\b[0-9a-f]{40}\b/g, 'SHA')
    .replace(/\b[0-9a-f]{10}\b/g, 'sha')
    .replace(/rustc [\w&#;.]+/g, 'rustc …')
    .replace(/Tare `[^`]+`/g, 'Tare `…`')
    .replace(/run=\d+\.\d+/g, 'run=…')
    .replace(/http:\/\/[^\s)]+?\/(octo\/)/g, 'https://github/$1')
    .replace(/\/actions\/runs\/\d+/g, '/actions/runs/…')
    .replace(/(<b>Compile time<\/b>: )[^,]+/, '$1…');
  if (NOISY.test(named) && named.startsWith('|')) return named.replace(/(\| [^|]*\| [^|]*\|).*$/, '$1 … |');
  return named.replace(/\d[\d.,]* (s|ms|KiB|MiB|B)\b/g, '#').replace(/\d[\d.,]* %/g, '# %');
}
