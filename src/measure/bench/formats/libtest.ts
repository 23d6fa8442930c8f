import { type ParsedOutput, Rows } from './rows.ts';

/** Behind the name: `N,NNN.NN ns/iter (+/- N)`; earlier toolchains print no decimals. */
const TIME = /^\s+(\S+) ns\/iter \(\+\/- /;
const BETWEEN = '... bench:';

/**
 * libtest's lines, `test NAME ... bench: N ns/iter (+/- N)`, as the nightly toolchain's `#[bench]` and criterion's
 * `--output-format bencher` print them.
 */
export function parseLibtest(text: string): ParsedOutput {
  const rows = new Rows();
  for (const line of text.split('\n')) {
    const end = line.startsWith('test ') ? line.indexOf(BETWEEN) : -1;
    const [, nanoseconds] = TIME.exec(end === -1 ? '' : line.slice(end + BETWEEN.length)) ?? [];
    if (nanoseconds === undefined) continue;
    rows.add(
      line.slice('test '.length, end),
      'wall-time',
      's',
      Number(nanoseconds.replaceAll(',', '')) / 1e9,
    );
  }
  return rows.finish('line of libtest\'s, "test NAME ... bench: N ns/iter (+/- N)"');
}
