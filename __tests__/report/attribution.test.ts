import { describe, expect, test } from 'vitest';
import type { AttributionDiff, Movement } from '../../src/compare/attribution.ts';
import { renderComment } from '../../src/report/comment.ts';
import { HEAD_SHA, part, REGRESSED, report, row } from '../support/reports.ts';

const movement = (
  crate: string | null,
  name: string | null,
  before: number,
  after: number,
  copies = [1, 1],
): Movement => ({
  crate,
  function: name,
  section: null,
  before,
  after,
  copiesBefore: copies[0] ?? 0,
  copiesAfter: copies[1] ?? 0,
});

const diff = (movements: readonly Movement[], more: Partial<AttributionDiff> = {}): AttributionDiff => ({
  case: 'size rg',
  level: 'crates',
  method: 'link-map',
  fallback: null,
  movements,
  ...more,
});

function comment(diffs: readonly AttributionDiff[]): string {
  const moved = row('size rg', 'loadable-bytes', 10_000, 19_000, { ...REGRESSED, headline: true });
  const shown = report(part({ comparisons: [moved], attributions: diffs }));
  return renderComment(shown, { marker: '<!-- tare -->', headSha: HEAD_SHA, maxLength: 60_000 });
}

/** The fold about a program's bytes. */
function fold(text: string): string {
  return /<details>\n<summary>Where the bytes[\s\S]*?<\/details>/.exec(text)?.[0] ?? '';
}

describe('where the bytes went', () => {
  test('is a folded table of what moved, and one row for all others', () => {
    const shown = fold(
      comment([
        diff([
          movement('serde', 'serde::de::visit', 0, 8192, [0, 14]),
          movement('app', null, 900, 300),
          movement('std', 'core::fmt::write', 7000, 7000),
          movement(null, null, 100, 120),
        ]),
      ]),
    );
    expect(shown).toMatchInlineSnapshot(`
      "<details>
      <summary>Where the bytes of <code>rg</code> went</summary>

      | Change | Before | After | Copies | Crate | Function |
      | ---: | ---: | ---: | ---: | :--- | :--- |
      | +8.00 KiB | 0 B | 8.00 KiB | 0 → 14 | \`serde\` | \`serde::de::visit\` |
      | −600 B | 900 B | 300 B |  | \`app\` | *without a name* |
      | +20 B | 100 B | 120 B |  | *unattributed* |  |
      | 0 B | 6.84 KiB | 6.84 KiB |  | *all others* |  |

      </details>"
    `);
  });

  test('has fifty rows at most, which still add up', () => {
    const many = Array.from({ length: 80 }, (_, index) =>
      movement('app', `app::f${index}`, 1000, 2000 - index),
    );
    const shown = report(part({ attributions: [diff(many)] }));
    const [moved] = shown.attributions;
    expect(moved?.rows).toHaveLength(51);
    expect(moved?.rows.at(-1)).toMatchObject({ kind: 'rest', before: 30_000 });
    expect(moved?.rows.reduce((sum, { after }) => sum + after, 0)).toBe(
      many.reduce((sum, { after }) => sum + after, 0),
    );
  });

  test('says why it is coarser than usual', () => {
    const sections = [
      { ...movement(null, null, 10, 20), section: 'text' as const },
      { ...movement(null, null, 10, 12), section: 'data' as const },
    ];
    const shown = fold(
      comment([
        diff(sections, { level: 'sections', method: 'sections', fallback: 'the linker writes no map: `x`' }),
      ]),
    );
    expect(shown).toContain('Coarser than usual: the linker writes no map: `` `x` ``.');
    expect(shown.replaceAll('\u00a0', ' ')).toContain(
      '| +10 B | 10 B | 20 B |  | `text` | *whole section* |',
    );
  });
});
