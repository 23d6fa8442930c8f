import { type ParsedOutput, Rows } from './rows.ts';

/** `test NAME ... bench: 1,234.56 ns/iter (+/- 5)`; earlier toolchains print no decimals. */
const LINE = /^test (.+?)\s+\.\.\. bench:\s+([\d,.]+|[-\w]+) ns\/iter \(\+\/- /;

/** libtest's lines, as the nightly toolchain's `#[bench]` and criterion's `--output-format bencher` print them. */
export function parseLibtest(text: string): ParsedOutput {
  const rows = new Rows();
  for (const line of text.split('\n')) {
    const [, name, nanoseconds] = LINE.exec(line) ?? [];
    if (name === undefined || nanoseconds === undefined) continue;
    rows.add(name, 'wall-time', 's', Number(nanoseconds.replaceAll(',', '')) / 1e9);
  }
  return rows.finish('line of libtest\'s, "test NAME ... bench: N ns/iter (+/- N)"');
}
