import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TriageDocument } from '../../../src/report/triage/document.ts';
import { MAX_ISSUE, renderTriage, renderTriageIssue } from '../../../src/report/triage/markdown.ts';
import { renderTriagePlain } from '../../../src/report/triage/plain.ts';
import { isoWeek } from '../../../src/report/triage/week.ts';
import { expectWhole, rendered } from '../../support/markdown.ts';
import { weekly } from '../../support/triage-example.ts';
import { type Commit, documentOf, historyOf, RULES, triaged } from '../../support/triage-history.ts';

const LINKS = {
  repositoryUrl: 'https://github.com/example/project',
  runUrl: 'https://github.com/example/project/actions/runs/7',
};
const MARKER = '<!-- tare-triage:default week=2026-W47 -->';
const HOSTILE = '</details>@octo #1 `x`|\n### <b> https://evil.example ![x](y) <!-- :tada: \u202e';

/** The example's commits with hostile text in every place that holds outside text. */
function hostile(): TriageDocument {
  const text = JSON.stringify(weekly()).replaceAll(
    /(?<="(?:subject|author|note|reason|by)":")[^"]+(?=")/g,
    JSON.stringify(HOSTILE).slice(1, -1),
  );
  const document: TriageDocument = JSON.parse(text.replaceAll('size rg-lite', 'size </code>@octo |'));
  return { ...document, warnings: [HOSTILE] };
}

describe('the weekly report', () => {
  test('of the example week', async () => {
    const markdown = renderTriage(weekly(), LINKS);
    expectWhole(markdown);
    await expect(markdown).toMatchFileSnapshot('fixtures/weekly.md');
  });

  test('in a terminal', async () => {
    await expect(renderTriagePlain(weekly())).toMatchFileSnapshot('fixtures/weekly.txt');
  });

  test('names nobody for a regression of which several commits are possible', () => {
    const document = weekly();
    const items = document.items.map((item) =>
      item.culprit === undefined
        ? item
        : { ...item, culprit: { ...item.culprit, candidates: 3, commit: null } },
    );
    for (const text of [
      renderTriage({ ...document, items }, LINKS),
      renderTriagePlain({ ...document, items }),
    ]) {
      const lines = text.split('\n').filter((line) => line.includes('one of 3 commits in '));
      expect(lines).toHaveLength(1);
      expect(lines.join()).toContain('rg-lite');
      expect(lines.join()).not.toMatch(/Merge Queue|Lee Search/);
    }
  });

  test('tells of a folded commit too that it was compared over several', () => {
    const grown = (times: number): Commit => ({ sizes: { rg: 4_000_000 * 1.1 ** times } });
    const commits = [0, 1, 2, 3, 4, 5].map(grown);
    const history = historyOf([...commits, { skipped: true }, grown(6)]);
    const line = renderTriage(documentOf(triaged(history, 0), history, 0), LINKS)
      .split('\n')
      .find((text) => text.startsWith('- ❌') && text.includes('Change number 7'));
    expect(line).toMatch(/\. Compared over 2 commits, .*\. Any of them may have made it\.$/);
  });

  test('of a week without anything to say is a few lines', async () => {
    const history = historyOf([{ sizes: { rg: 4_000_000 } }, {}, {}]);
    const document = documentOf(triaged(history, 0), history, 0);
    await expect(renderTriage(document, LINKS)).toMatchFileSnapshot('fixtures/quiet.md');
  });

  test('keeps every outside text inert', () => {
    const markdown = renderTriageIssue(hostile(), LINKS, MARKER);
    expectWhole(markdown);
    const { skeleton, prose, links, comments } = rendered(markdown);
    expect(skeleton).not.toMatch(/<(img|script|h1)>/);
    expect(skeleton.match(/<details>/g)?.length).toBe(skeleton.match(/<\/details>/g)?.length);
    expect(prose).not.toMatch(/@octo|evil\.example|:tada:/);
    expect(links.filter((link) => !link.startsWith(LINKS.repositoryUrl))).toEqual([]);
    expect(comments).toBe(1);
    expect(renderTriagePlain(hostile())).not.toMatch(/\u202e/);
  });

  test('links nowhere without a repository, or with an address that is not plain', () => {
    for (const repositoryUrl of [null, 'https://github.com/a/b)[x](https://evil.example']) {
      const markdown = renderTriage(weekly(), { repositoryUrl, runUrl: 'javascript:x' });
      expect(rendered(markdown).links).toEqual([]);
    }
  });

  test('fits an issue however much moved, and says what was left out', () => {
    const commits = Array.from(
      { length: 400 },
      (_, number): Commit => ({
        sizes: { rg: 4_000_000 * 1.01 ** (number % 7), [`x${number % 40}`]: 1e6 + 9e4 * number },
        more: { subject: 'A subject of some length '.repeat(4), author: 'Somebody With A Long Name' },
      }),
    );
    const history = historyOf(commits);
    const document = documentOf(triaged(history, 0), history, 0);
    const issue = renderTriageIssue(document, LINKS, MARKER);
    expect(issue.length).toBeLessThanOrEqual(MAX_ISSUE + 1);
    expectWhole(issue);
    expect(issue).toMatch(/\*(And )?\d+ (more )?(cases|items) are in \[the job's summary\]/);
    expect(issue).toContain(`**Needs a human: ${document.needsHuman}**`);
    expect(renderTriage(document, LINKS).length).toBeGreaterThan(issue.length);
  });

  test('refuses a marker that is not one hidden line', () => {
    expect(() => renderTriageIssue(weekly(), LINKS, '<!-- a\nb -->')).toThrow('marker');
  });
});

test('a commit that only goes over a budget is over budget, and not undecided', () => {
  const rule = { match: 'size a', metric: null, category: 'primary', floor: null, change: null } as const;
  const rules = { ...RULES, config: { ...RULES.config, cases: [{ ...rule, budget: 2 ** 20 }] } };
  const history = historyOf([2 ** 20 - 10, 2 ** 20 + 20].map((a): Commit => ({ sizes: { a } })));
  const document = documentOf(triaged(history, 0, { rules }), history, 0);
  const markdown = renderTriage(document, LINKS);
  expect(markdown).toContain('### Over budget');
  expect(markdown).toMatch(/over its budget of 1\.00\sMiB/);
  expect(markdown).toMatch(/0 mixed, 1 over budget\*\*/);
  expect(markdown).not.toMatch(/undecided/i);
  const plain = renderTriagePlain(document);
  expect(plain).toMatch(/^ {2}over budget: /m);
  expect(plain).not.toContain('undecided');
});

test.each([
  ['2026-11-20', '2026-W47'],
  ['2026-01-01', '2026-W01'],
  ['2027-01-01', '2026-W53'],
  ['2024-12-30', '2025-W01'],
  ['2021-01-03', '2020-W53'],
  ['2021-01-04', '2021-W01'],
])('%s is in week %s', (day, week) => {
  expect(isoWeek(new Date(`${day}T23:59:59Z`))).toBe(week);
});

test('weeks are of seven days and never go back', () => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date('1990-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }),
      (date) => {
        const next = new Date(date.getTime() + 7 * 24 * 3_600_000);
        expect(isoWeek(next) > isoWeek(date)).toBe(true);
      },
    ),
  );
});
