import { deflateRawSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HistoryRecord } from '../../../src/measure/history-record.ts';
import { renderPublished } from '../../../src/report/page/published.ts';
import { openBrowser, openHtml } from '../../support/browser.ts';
import { historyRatio, historyRecord, shaOf } from '../../support/history.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const COMMITS = 40;

/** A size that jumps at commit 30, a benchmark that got slower at 20, a compile time, in two configurations. */
const RECORDS = Array.from({ length: COMMITS }, (_, number) => [
  historyRecord(number, {
    values: [
      { case: 'size rg', metric: 'loadable-bytes', value: number < 30 ? 4_700_000 : 4_800_000 },
      { case: 'size rg', metric: 'text-bytes', value: 2_000_000 },
      { case: 'compile workspace', metric: 'cpu-seconds', value: 60 + (number % 3) },
    ],
    ratios:
      number === 0
        ? []
        : [
            historyRatio('bench sort', number === 20 ? 1.05 : 1, {
              verdict: number === 20 ? 'regression' : 'none',
            }),
          ],
  }),
  historyRecord(number, {
    configuration: 'small',
    values: [{ case: 'size rg', metric: 'loadable-bytes', value: 2_000_000 }],
  }),
]).flat();

function pageOf(
  records: readonly HistoryRecord[],
  repositoryUrl: string | null = 'https://example.org/o/r',
): string {
  const { files } = renderPublished(records, {
    project: 'o/r',
    repositoryUrl,
    tare: '1.2.3',
    now: new Date('2026-03-01T00:00:00Z'),
    configuration: null,
    limitsOf: () => ({ change: 0.01, floor: null, budget: null, headline: null }),
    changePoints: [
      {
        configuration: 'release',
        case: 'size rg',
        metric: 'loadable-bytes',
        commit: shaOf(30),
        before: 4_700_000,
        after: 4_800_000,
      },
    ],
    triaged: null,
    deflate: (bytes) => deflateRawSync(bytes),
  });
  const page = files.find(({ path }) => path === 'index.html');
  if (page === undefined) throw new Error('no page was rendered');
  return page.content;
}

/** Titles of the cards that are shown. */
async function titles(page: Page): Promise<string[]> {
  return (await page.getByRole('heading', { level: 3 }).allTextContents()).sort();
}

describe('the page', () => {
  test('shows the deciding series as charts, and asks nothing of anybody', async () => {
    await using open = await openHtml(browser, pageOf(RECORDS));
    const { page, faults } = open;
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('o/r');
    expect(await titles(page)).toEqual([
      'rg loadable size',
      'rg loadable size',
      'sort run time',
      'workspace compile CPU time',
    ]);
    await page.locator('.chart canvas').first().waitFor();
    expect(await page.getByRole('status').textContent()).toContain('4 of 5 series');
    expect(faults).toEqual([]);
  });

  test('marks what was judged, with its commit and pull request as links', async () => {
    await using open = await openHtml(browser, pageOf(RECORDS));
    const { page } = open;
    const sort = page.getByRole('article', { name: 'sort run time' });
    await sort.getByText('Table').click();
    const rows = sort.locator('tbody tr');
    // The rows are made when the browser tells that the fold is open, which is after the click.
    await rows.first().waitFor();
    expect(await rows.count()).toBe(COMMITS);
    const marked = rows.filter({ hasText: 'regression' });
    expect(await marked.count()).toBe(1);
    expect(await marked.innerText()).toContain('▲ regression +5.00 %');
    expect(await marked.innerText()).toContain(shaOf(20).slice(0, 8));
    expect(await marked.getByRole('link').first().getAttribute('href')).toBe(
      `https://example.org/o/r/commit/${shaOf(20).slice(0, 12)}`,
    );
    const size = page.getByRole('article', { name: 'rg loadable size' }).first();
    await size.getByText('Table').click();
    const moved = size.locator('tbody tr').filter({ hasText: 'change point' });
    expect(await moved.innerText()).toContain(shaOf(30).slice(0, 8));
    const merged = rows.filter({ hasText: '#118' });
    expect(await merged.getByRole('link', { name: 'Pull request 118' }).getAttribute('href')).toBe(
      'https://example.org/o/r/pull/118',
    );
  });

  test('filters by name, case, metric and configuration, and keeps the choice in its address', async () => {
    await using open = await openHtml(browser, pageOf(RECORDS));
    const { page } = open;
    await page.getByLabel('Name').fill('SORT time');
    expect(await titles(page)).toEqual(['sort run time']);
    expect(page.url()).toContain('#q=SORT+time');
    await page.getByRole('button', { name: 'Reset' }).click();
    expect(page.url()).not.toContain('#');
    await page.getByLabel('Case').selectOption('size rg');
    expect(await titles(page)).toEqual(['rg loadable size', 'rg loadable size']);
    await page.getByLabel('Configuration').selectOption('small');
    expect(await titles(page)).toEqual(['rg loadable size']);
    await page.getByLabel('Configuration').selectOption('');
    await page.getByLabel('Metric', { exact: true }).selectOption('text-bytes');
    expect(await titles(page)).toEqual(['rg code']);
    const address = page.url();
    await page.reload();
    expect(page.url()).toBe(address);
    expect(await titles(page)).toEqual(['rg code']);
    await page.getByLabel('Name').fill('nothing like it');
    expect(await page.locator('#charts').innerText()).toBe('No series fits the filters.');
  });

  test('draws as measured and relative to the first commit shown', async () => {
    await using open = await openHtml(browser, pageOf(RECORDS), { fragment: '#q=small' });
    const { page } = open;
    const strong = page.locator('.headline strong');
    expect(await strong.innerText()).toBe('1.91 MiB');
    await page.getByText('Relative to first').click();
    expect(page.url()).toContain('view=relative');
    expect(await strong.innerText()).toBe('0 %');
  });

  test('shows run time as cumulated ratios', async () => {
    await using open = await openHtml(browser, pageOf(RECORDS), { fragment: '#q=sort' });
    const strong = open.page.locator('.headline strong');
    expect(await strong.innerText()).toBe('+5.00 %');
    expect(await strong.getAttribute('class')).toBe('worse');
  });

  test('colours no drift of ratios that no commit was judged for', async () => {
    const drifting = RECORDS.map((record) => ({
      ...record,
      ratios: record.ratios.map((ratio) => ({ ...ratio, ratio: 1.002, verdict: 'none' as const })),
    }));
    await using open = await openHtml(browser, pageOf(drifting), { fragment: '#q=sort' });
    const strong = open.page.locator('.headline strong');
    expect(await strong.innerText()).toBe('+8.10 %');
    expect(await strong.getAttribute('class')).toBe('still');
  });

  test('zooms to what is drawn with the pointer', async () => {
    await using open = await openHtml(browser, pageOf(RECORDS), { fragment: '#q=sort' });
    const { page } = open;
    const box = await page.locator('.u-over').boundingBox();
    if (box === null) throw new Error('the chart has no box');
    const y = box.y + box.height / 2;
    await page.mouse.move(box.x + box.width * 0.25, y);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.4, y, { steps: 4 });
    await page.mouse.move(box.x + box.width * 0.5, y);
    await page.mouse.up();
    await page.waitForFunction('location.hash.includes("from=")');
    expect(await page.getByRole('status').textContent()).toMatch(/\b1[01] commits/);
    expect(await page.getByLabel('Commits').inputValue()).toBe('zoom');
    await page.getByLabel('Commits').selectOption('0');
    expect(await page.getByRole('status').textContent()).toContain('40 commits');
  });

  test('sets two commits side by side, the largest change first', async () => {
    await using open = await openHtml(browser, pageOf(RECORDS));
    const { page, faults } = open;
    await page.getByText('Compare two commits').click();
    await page.getByLabel('From commit').fill(shaOf(19).slice(0, 7));
    await page.getByLabel('To commit').fill(shaOf(31));
    await page.keyboard.press('Enter');
    const rows = page.locator('.result tbody tr');
    await rows.first().waitFor();
    const cells = (await rows.allInnerTexts()).map((row) => row.split('\t').map((cell) => cell.trim()));
    expect(cells).toEqual([
      ['sort', 'run time', '100 %', '105.00 %', '+5.00 %', 'cumulated ratios'],
      ['rg', 'loadable size', '4.48 MiB', '4.58 MiB', '+2.13 %', 'exact'],
      ['workspace', 'compile CPU time', '61.0 s', '61.0 s', '0 %', 'two runs, maybe two machines'],
      ['rg', 'loadable size', '1.91 MiB', '1.91 MiB', '0 %', 'exact'],
    ]);
    expect(page.url()).toContain(`a=${shaOf(19).slice(0, 7)}`);
    await page.getByLabel('To commit').fill('zzzz');
    await page.keyboard.press('Enter');
    expect(await page.locator('#b-told').innerText()).toContain('No measured commit');
    expect(await page.getByLabel('To commit').getAttribute('aria-invalid')).not.toBeNull();
    expect(faults).toEqual([]);
  });
});

describe('without a pointer', () => {
  test('arrow keys go from commit to commit, and say where they are', async () => {
    await using open = await openHtml(browser, pageOf(RECORDS), { fragment: '#q=sort' });
    const { page } = open;
    const chart = page.getByRole('slider', { name: 'sort run time' });
    await chart.focus();
    expect(await chart.getAttribute('aria-valuenow')).toBe('40');
    await page.keyboard.press('Home');
    expect(await chart.getAttribute('aria-valuenow')).toBe('1');
    expect(await chart.getAttribute('aria-valuetext')).toContain(`commit ${shaOf(0).slice(0, 8)}`);
    for (let press = 0; press < 2; press++) await page.keyboard.press('PageUp');
    expect(await chart.getAttribute('aria-valuetext')).toMatch(
      /^\+5\.00 %, \+5\.00 % to the one before, regression, commit [0-9a-f]{8}, 10 Jan 2026/,
    );
    expect(await page.locator('.readout').innerText()).toContain('▲ regression +5.00 %');
    await page.keyboard.press('Escape');
    expect(await chart.getAttribute('aria-valuenow')).toBe('40');
  });

  test('everything is reached with the tab key, in the order in which it stands', async () => {
    await using open = await openHtml(browser, pageOf(RECORDS), { fragment: '#q=sort' });
    const { page } = open;
    const reached: string[] = [];
    for (let press = 0; press < 20; press++) {
      await page.keyboard.press('Tab');
      const name = await page.evaluate<string>(
        '(e => e.getAttribute("aria-label") || e.id || e.getAttribute("role") || e.textContent)(document.activeElement)',
      );
      reached.push(name.trim());
      if (name === 'Table') break;
    }
    expect(reached).toEqual([
      'Skip to the charts',
      'q',
      'case',
      'metric',
      'configuration',
      'range',
      'view-trend',
      'all',
      'Reset',
      'Compare two commits',
      'slider',
      `Commit ${shaOf(39).slice(0, 8)}`,
      'Pull request 139',
      'Compare from here',
      'to here',
      'Table',
    ]);
  });

  test('controls, charts and tables have names', async () => {
    await using open = await openHtml(browser, pageOf(RECORDS), {
      fragment: '#compare',
      viewport: { width: 1280, height: 3000 },
    });
    await open.page.locator('.chart canvas').nth(3).waitFor();
    const tree = await open.page.locator('body').ariaSnapshot();
    expect(tree).toContain('- searchbox "Name"');
    expect(tree).toContain('- combobox "Case"');
    expect(tree).toContain('- group "Numbers"');
    expect(tree).toContain('- radio "Trend" [checked]');
    expect(tree).toContain('- slider "sort run time"');
    expect(tree).toContain('- article "rg loadable size"');
    expect(tree).toContain('- columnheader "Change"');
    expect(tree).not.toMatch(/- (button|link|textbox|searchbox|combobox|slider)(:|$)/m);
  });
});

test('follows the colours that the reader set', async () => {
  const html = pageOf(RECORDS);
  const background = async (colorScheme: 'light' | 'dark') => {
    await using open = await openHtml(browser, html, { colorScheme });
    return await open.page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
  };
  expect(await background('light')).toBe('rgb(246, 248, 250)');
  expect(await background('dark')).toBe('rgb(1, 4, 9)');
});

test('is not wider than a narrow screen', async () => {
  await using open = await openHtml(browser, pageOf(RECORDS), { viewport: { width: 320, height: 600 } });
  await open.page.locator('.chart canvas').first().waitFor();
  expect(await open.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320);
});

describe('hostile input', () => {
  const ATTACKS = [
    '</script><script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "';alert(1)//",
    '<!--',
    '\u202egnp.exe\u0000\u001b[31m',
    '{{constructor.constructor("alert(1)")()}}',
    'javascript:alert(1)',
    '__proto__',
    'a'.repeat(390),
  ];
  const records = ATTACKS.map((attack, number) =>
    historyRecord(number, {
      configuration: attack,
      subject: attack,
      author: attack,
      values: ATTACKS.flatMap((name) => [
        { case: `size ${name}`.slice(0, 400), metric: 'loadable-bytes', value: 1000 + number },
        { case: `bench ${name}`.slice(0, 400), metric: name, value: 1 },
        { case: name, metric: name, value: Number.MAX_VALUE },
      ]),
      ratios: [historyRatio(`bench ${attack}`.slice(0, 400), 1e300), historyRatio('bench tiny', 1e-300)],
      accepted: [{ case: attack, reason: attack, by: attack, via: 'trailer' }],
    }),
  );

  test('in names is shown and runs nothing', async () => {
    await using open = await openHtml(browser, pageOf(records), { fragment: '#all&compare' });
    const { page, faults } = open;
    await page.locator('.chart canvas').first().waitFor();
    const text = await page.locator('body').innerText();
    expect(text).toContain('</script><script>alert(1)</script>');
    expect(text).toContain('\\u{202e}gnp.exe');
    expect(await page.locator('main script, main img, main iframe').count()).toBe(0);
    for (const summary of await page.locator('.points summary').all()) await summary.click();
    expect(faults).toEqual([]);
  });

  test('in the address of the repository makes no link that runs', async () => {
    await using open = await openHtml(browser, pageOf(RECORDS, 'javascript:alert(1)//'));
    await open.page.locator('.readout').first().waitFor();
    expect(await open.page.locator('main a').count()).toBe(0);
    expect(open.faults).toEqual([]);
  });

  test('in the page’s own address is taken for text', async () => {
    const fragment =
      '#q=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E&case=%3Cscript%3E&a=%27&from=../..&compare&last=1e9';
    await using open = await openHtml(browser, pageOf(RECORDS), { fragment });
    expect(await open.page.getByLabel('Name').inputValue()).toBe('<img src=x onerror=alert(1)>');
    expect(open.faults).toEqual([]);
  });

  test('that got into the HTML would still not run: the policy names one script', async () => {
    const html = pageOf(RECORDS).replace(
      '</main>',
      '<script>alert(1)</script><img src=x onerror=alert(2)></main>',
    );
    await using open = await openHtml(browser, html);
    await open.page.locator('.chart canvas').first().waitFor();
    expect(open.faults.join('\n')).toContain('Content Security Policy');
    expect(open.faults.filter((fault) => fault.startsWith('dialog'))).toEqual([]);
  });

  test('a page whose numbers are damaged says so', async () => {
    const html = pageOf(RECORDS).replace(/(id="data">)[^<]{40}/, '$1');
    await using open = await openHtml(browser, html);
    expect(await open.page.getByRole('alert').innerText()).toContain('This page could not be shown');
  });

  test('an empty history is a page that says so', async () => {
    await using open = await openHtml(browser, pageOf([]));
    expect(await open.page.getByRole('status').textContent()).toBe('Nothing has been recorded yet.');
    expect(open.faults).toEqual([]);
  });
});
