import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { grid } from '../../src/report/grid.ts';
import { renderTerminal } from '../../src/report/terminal.ts';
import { clipped, displayWidth, padded, wrapped } from '../../src/report/width.ts';
import { benchReport } from '../support/bench-reports.ts';
import * as reports from '../support/reports.ts';

describe('the terminal report', () => {
  it('shows the seeded regression', () => {
    expect(renderTerminal(reports.regressionReport(), { width: 100, color: false })).toMatchInlineSnapshot(`
      "✗ Release profile: rg grew by 112.4 KiB (+2.38 %)
      Likely cause: profile.lto: fat → off.
      What to do: Set profile.lto back to fat, or accept it: Tare-Accept: size rg REASON in a commit
        message. To allow it from now on, give the case a rule in tare.toml.

                                Size, mean  Range  Count
      Regressions (primary)        +2.38 %      –      1
      Regressions (secondary)            –      –      –
      Improvements (primary)             –      –      –
      Improvements (secondary)           –      –      –
      All                          +2.38 %      –      1

      Worst cases           Before     After      Change           Threshold
      ✗ rg loadable size  4.61 MiB  4.72 MiB  +112.4 KiB  +2.38 %      0.1 %
          Why: profile.lto: fat → off (usually 10–25 % of size, 3–10 % of run time)

      Size                     Before      After      Change
      rg    loadable size    4.61 MiB   4.72 MiB  +112.4 KiB  +2.38 %  regression
      rg    file size        4.61 MiB   4.72 MiB  +113.0 KiB  +2.39 %
      rg    gzip size        1.88 MiB   1.91 MiB  +31.03 KiB  +1.61 %
      rg    code             3.15 MiB   3.25 MiB  +103.0 KiB  +3.20 %
      rg    read-only data   1.07 MiB   1.08 MiB   +9.40 KiB  +0.86 %
      rg    unwind tables   392.7 KiB  392.7 KiB           –

      Compile time                                         Before      After      Change
      workspace     compile CPU time                       61.2 s     48.9 s     −12.3 s  −20.1 %
      workspace     compile wall time                      18.3 s     13.1 s     −5.20 s  −28.4 %
      workspace     peak memory of the largest process  870.1 MiB  669.8 MiB  −200.3 MiB  −23.0 %
      workspace     compiled units                             54         54           –
        not judged: needs 10 main commits, 4 so far

      How it was measured
        0badcafe0b against a1b2c3d4e5 (cache); rustc 1.95.0 (59807616e 2026-04-14), release-lto,
          x86_64-unknown-linux-gnu, AMD EPYC 7763 64-Core Processor
        differs: profile.lto fat → off
      "
    `);
  });

  it('does not call a base that does not build a missing baseline', () => {
    const report = {
      ...reports.firstReport(),
      warnings: ['The base a1b2c3d4e5 could not be built: no such file'],
    };
    expect(renderTerminal(report, { width: 80, color: false })).toContain('The base does not build');
  });

  it('shows numbers without a baseline', () => {
    expect(renderTerminal(reports.firstReport(), { width: 80, color: false })).toMatchInlineSnapshot(`
      "· Release profile: no baseline to compare with yet
      What to do: No action needed. The next push to the default branch records a
        baseline, and later runs are compared with it.

      Measured
        size rg: loadable size 4.61 MiB, file size 4.61 MiB, gzip size 1.88 MiB
        compile workspace: compile CPU time 61.2 s, compile wall time 18.3 s, compiled
          units 54

      Warnings
        No baseline of a1b2c3d4e5 or its 9 first-parent ancestors is stored.

      How it was measured
        0badcafe0b against no baseline; rustc 1.95.0 (59807616e 2026-04-14),
          release-lto, x86_64-unknown-linux-gnu, AMD EPYC 7763 64-Core Processor
      "
    `);
  });

  it('draws the intervals of benchmarks, and drops them when there is no room', () => {
    expect(renderTerminal(benchReport(), { width: 130, color: false })).toMatchInlineSnapshot(`
      "± Release profile: 2 regressions and 1 improvement, worst: sort/10k got 6.52 % slower
      What to do: Fix it, or accept it: Tare-Accept: bench sort/10k REASON in a commit message. To allow it from now on, give the case a
        rule in tare.toml.

                                Run time, mean             Range  Count
      Regressions (primary)            +6.35 %  [+6.17, +6.52] %      2
      Regressions (secondary)                –                 –      –
      Improvements (primary)           −4.80 %                 –      1
      Improvements (secondary)               –                 –      –
      All                              +2.63 %  [−4.80, +6.52] %      3

      Worst cases                  Before       After      Change           99 % interval                          Pairs  Threshold
      ✗ sort/10k run time         12.3 ms     13.1 ms     +802 µs  +6.52 %  ·········:│:·····├●┤·  [+5.8, +7.2] %     40        1 %
          Why: confirmed on 40 fresh pairs; survives 4 layouts a side: +6.1 % between the best of each
      ✗ sort/10k instructions  88 120 331  93 561 002  +5 440 671  +6.17 %                                                    0.1 %
      ✓ parse/large run time       412 ms      392 ms    −19.8 ms  −4.80 %  ···├●┤···:│:·········  [−5.7, −3.9] %     40        1 %
      – parse/small run time      18.4 µs     18.8 µs     +442 ns  +2.40 %  ·········:│:├●┤······  [+1.8, +3.0] %     40        1 %
          Why: code placement: +2.4 % between single layouts, +0.2 % between the best of 4; confirmed on 40 fresh pairs
        Bars: from −8 % to +8 %; │ no change, : the threshold.

      Size                    Before     After  Change
      rg    loadable size   4.61 MiB  4.61 MiB       –
      rg    file size       4.61 MiB  4.61 MiB       –
      rg    gzip size       1.88 MiB  1.88 MiB       –
      rg    code            3.15 MiB  3.15 MiB       –
      rg    read-only data  1.07 MiB  1.07 MiB       –

      Compile time                     Before   After   Change
      workspace     compile CPU time   61.2 s  61.9 s  +700 ms  +1.14 %  not judged
      workspace     compile wall time  18.3 s  18.1 s  −200 ms  −1.09 %
      workspace     compiled units         54      54        –
        not judged: needs 10 main commits, 4 so far

      Run time                           Before        After      Change           99 % interval
      sort/10k        run time          12.3 ms      13.1 ms     +802 µs  +6.52 %  ·········:│:·····├●┤·  regression
      sort/10k        instructions   88 120 331   93 561 002  +5 440 671  +6.17 %                         regression
      parse/large     run time           412 ms       392 ms    −19.8 ms  −4.80 %  ···├●┤···:│:·········  improvement
      parse/small     run time          18.4 µs      18.8 µs     +442 ns  +2.40 %  ·········:│:├●┤······  not your change
      walk            run time           1.83 s       1.85 s    +23.8 ms  +1.30 %  ·········:┼─●─┤······  undecided
      glob            run time           812 ns       814 ns    +1.62 ns  +0.20 %  ·········:●┤·········
      search/literal  run time         33.10 ms     33.07 ms    −33.1 µs  −0.10 %  ·········├●:·········
      search/literal  instructions  402 118 000  402 118 000           –

      Could not be measured
        bench search/unicode: head: ended with exit status 101 in pair 3
          thread 'main' panicked at benches/search.rs:41:9:
          assertion failed: matches > 0

      Added
        bench glob/new: run time 12.3 ms

      Removed
        bench glob/old: run time 13.1 ms

      Perhaps only renamed (not compared)
        bench glob/old → bench glob/new

      How it was measured
        0badcafe0b against a1b2c3d4e5 (cache); rustc 1.95.0 (59807616e 2026-04-14), release-lto, x86_64-unknown-linux-gnu, AMD EPYC 7763
          64-Core Processor
        run time: 8 benchmarks, base and head in turn on this machine: 312 pairs in 6.4 of 10 min
        noise floor: the base against itself: parse/small +0.12 % [−0.4, +0.6] %, 20 pairs; glob −0.04 % [−0.6, +0.5] %, 20 pairs
        machine load: load average 0.4 before and 1.9 after; other programs used 3.1 % of the processors, other machines 0.2 %
      "
    `);
    const narrow = renderTerminal(benchReport(), { width: 60, color: false });
    expect(narrow).not.toMatch(/[├●┤]/);
    expect(narrow).toContain('sort/10k');
  });

  it("shows the compiler's message", () => {
    const text = renderTerminal(reports.unbuiltReport(), { width: 80, color: false });
    expect(text).toContain('✗ Release profile: the build failed');
    expect(text).toContain('    error[E0425]: cannot find value `needle` in this scope');
  });

  it('shows the output of failures that have some, and no blank line for the others', () => {
    const failure = { configuration: 'default', message: 'there is no such file', output: '' };
    const silent = ['a', 'b', 'c'].map((name) => ({ ...failure, case: `bench ${name}` }));
    const loud = { ...failure, case: 'bench d', output: 'said so\n' };
    const report = { ...reports.mixedReport(), failed: [...silent, loud] };
    const text = renderTerminal(report, { width: 80, color: false });
    expect(text).toContain('  bench d: there is no such file\n    said so\n\n');
  });

  it('colours only when asked', () => {
    const plain = renderTerminal(reports.mixedReport(), { width: 90, color: false });
    const coloured = renderTerminal(reports.mixedReport(), { width: 90, color: true });
    expect(plain).not.toContain('\u001b');
    expect(coloured).toContain('\u001b[31m✗ ');
    expect(withoutColour(coloured)).toBe(plain);
  });

  it('is never wider than the terminal and shows outside text as visible characters', () => {
    const text = fc.oneof(
      fc.constantFrom(...reports.HOSTILE),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 80 }),
    );
    fc.assert(
      fc.property(
        fc.array(text, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 20, max: 200 }),
        fc.boolean(),
        (texts, width, color) => {
          const lines = renderTerminal(reports.hostileReport(texts), { width, color }).split('\n');
          for (const line of lines.map(color ? withoutColour : (same: string) => same)) {
            expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
            expect(displayWidth(line)).toBeLessThanOrEqual(width);
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('width', () => {
  it.each([
    ['abc', 3],
    ['漢字', 4],
    ['한글', 4],
    ['ｆｕｌｌ', 8],
    ['✗ ✓ → −', 7],
    ['❌', 2],
    ['🙂', 2],
    ['e\u0301', 1],
    ['1\u202f234', 5],
  ])('of %j is %d', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });

  it('is kept by padding, clipping and wrapping', () => {
    expect(padded('漢', 4, false)).toBe('漢  ');
    expect(padded('漢', 4, true)).toBe('  漢');
    expect(clipped('漢字漢字', 5)).toBe('漢字…');
    expect(clipped('漢字漢字', 4)).toBe('漢…');
    expect(clipped('abc', 3)).toBe('abc');
    expect(wrapped('  one two three', 9, '    ')).toEqual(['  one two', '    three']);
    expect(wrapped('unbreakable', 5)).toEqual(['unbr…']);
  });
});

describe('a grid', () => {
  const columns = [
    { title: 'Name', drop: 0 },
    { title: 'A', right: true, drop: 2 },
    { title: 'B', right: true, drop: 1 },
  ];
  const rows = [
    ['a rather long name of a row', '1 KiB', '+2 %'],
    ['漢字', '12 KiB', '−2 %'],
  ];

  it('aligns its columns', () => {
    expect(grid(columns, rows, 80)).toEqual([
      'Name                              A     B',
      'a rather long name of a row   1 KiB  +2 %',
      '漢字                         12 KiB  −2 %',
    ]);
  });

  it('shortens names, then drops columns, when there is too little room', () => {
    expect(grid(columns, rows, 32)[1]).toBe('a rather long nam…   1 KiB  +2 %');
    expect(grid(columns, rows, 26)[1]).toBe('a rather long name …  +2 %');
    expect(grid(columns, rows, 20)[1]).toBe('a rather long name …');
  });
});

function withoutColour(text: string): string {
  return text.replace(/\u001b\[\d+m/g, '');
}
