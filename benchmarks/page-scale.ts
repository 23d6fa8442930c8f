/**
 * How large the trend page is, how long it takes to render, and how soon a reader can use it in headless Chromium:
 * `node benchmarks/page-scale.ts [--sizes 50x1000,100x5000,200x10000] [--runs 5] [--keep FILE.html]`. A size is SERIES x COMMITS.
 * Goal: 200x10000 below 3 MB and usable in less than a second. Needs Chromium (its path in CHROMIUM, or /usr/bin/chromium).
 *
 * The history is made up, from a fixed seed: 6 of 10 series are benchmarks with a ratio and a time for each commit, of 0.4 % and 2 %
 * noise, three machines in turn and a judged change in 300 commits; 3 of 10 are sizes that every seventh commit moves; the rest
 * compile times with 3 % noise. Subjects and authors are of ordinary lengths.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { type Browser, chromium } from 'playwright-core';
import { randomBits, uniform } from '../src/compare/random.ts';
import { deflate } from '../src/jobs/badge.ts';
import type { HistoryRatio, HistoryRecord } from '../src/measure/history-record.ts';
import { NO_LIMITS } from '../src/report/page/collect.ts';
import { PAGE_PATH, renderPublished } from '../src/report/page/published.ts';

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '50x1000,100x5000,200x10000' },
    runs: { type: 'string', default: '5' },
    keep: { type: 'string' },
  },
});

const scratch = await mkdtemp(join(tmpdir(), 'tare-page-scale-'));
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
try {
  console.log(
    '| series × commits | rendering | page | usable | first charts | CPU until then | one filter | all charts drawn |',
  );
  console.log('| --- | --: | --: | --: | --: | --: | --: | --: |');
  for (const size of values.sizes.split(',')) {
    const [series = 0, commits = 0] = size.split('x').map(Number);
    console.log(await measured(series, commits, Number(values.runs)));
  }
} finally {
  await browser.close();
  await rm(scratch, { recursive: true, force: true });
}

async function measured(series: number, commits: number, runs: number): Promise<string> {
  const records = history(series, commits);
  const start = performance.now();
  const page = render(records);
  const rendering = (performance.now() - start) / 1000;
  const file = values.keep ?? join(scratch, 'index.html');
  await writeFile(file, page);
  const opened: Opening[] = [];
  for (let run = 0; run < runs; run++) opened.push(await opening(browser, file));
  const middle = (of: keyof Opening) => {
    const sorted = opened.map((each) => each[of]).sort((a, b) => a - b);
    return `${Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0)} ms (at most ${Math.round(sorted.at(-1) ?? 0)})`;
  };
  const bytes = (Buffer.byteLength(page) / 1e6).toFixed(2);
  return `| ${series} × ${commits.toLocaleString('en')} | ${rendering.toFixed(1)} s | ${bytes} MB | ${middle('usable')} | ${middle('drawn')} | ${middle('cpu')} | ${middle('filtered')} | ${middle('all')} |`;
}

/** Milliseconds from the start of the navigation, and of one change of the filter. */
interface Opening {
  /** The page's program has put everything up and listens. */
  readonly usable: number;
  /** The charts in sight are painted. */
  readonly drawn: number;
  /** CPU time of the page's thread until then: what it takes however busy the machine is. */
  readonly cpu: number;
  readonly filtered: number;
  /** Those out of sight too, which are drawn when there is nothing else to do. */
  readonly all: number;
}

async function opening(browser: Browser, file: string): Promise<Opening> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  try {
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    await page.goto(pathToFileURL(file).href, { waitUntil: 'commit' });
    const drawn = await page.evaluate<number>(untilPainted('.chart canvas'));
    const { metrics } = await session.send('Performance.getMetrics');
    const cpu = 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN);
    const usable = await page.evaluate<number>("performance.getEntriesByName('tare-ready')[0].startTime");
    const filtered = await page.evaluate<number>(`(async () => {
      const start = performance.now();
      const search = document.querySelector('#q');
      search.value = 'case 1';
      search.dispatchEvent(new Event('input'));
      await ${untilPainted('.chart canvas')};
      return performance.now() - start;
    })()`);
    await page.evaluate("document.querySelector('.toolbar button').click()");
    const all = await page.evaluate<number>(untilPainted('#charts:not(:has(.body:empty))'));
    return { usable, drawn, cpu, filtered, all };
  } finally {
    await context.close();
  }
}

/** Resolves, behind the next painting once something fits the selector, to the milliseconds since the navigation began. */
function untilPainted(selector: string): string {
  return `new Promise((done) => {
    const look = () => document.querySelector(${JSON.stringify(selector)}) === null
      ? setTimeout(look, 5)
      : requestAnimationFrame(() => setTimeout(() => done(performance.now())));
    look();
  })`;
}

function render(records: readonly HistoryRecord[]): string {
  const { files } = renderPublished(records, {
    project: 'owner/repository',
    repositoryUrl: 'https://example.org/owner/repository',
    tare: '0.0.0',
    now: new Date(),
    configuration: null,
    limitsOf: () => ({ ...NO_LIMITS, change: 0.01 }),
    changePoints: [],
    triaged: null,
    deflate,
  });
  return files.find(({ path }) => path === PAGE_PATH)?.content ?? '';
}

function history(series: number, commits: number): HistoryRecord[] {
  const bits = randomBits('page-scale');
  const random = () => uniform(bits);
  const noise = (share: number) =>
    1 + share * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const hex = () =>
    Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  const benches = Array.from(
    { length: Math.round(series * 0.6) },
    (_, index) => `bench group ${index % 9}/case ${index}`,
  );
  const sizes = Array.from({ length: Math.round(series * 0.3) }, (_, index) => `size program ${index}`);
  const compiles = Array.from(
    { length: series - benches.length - sizes.length },
    (_, index) => `compile crate ${index}`,
  );
  const times = new Map(benches.map((name) => [name, 10 ** (-6 + 5 * random())]));
  const bytes = new Map(sizes.map((name) => [name, Math.floor(1e5 + 2e7 * random())]));
  let parent: string | null = null;
  let time = Date.UTC(2020, 0, 1);
  return Array.from({ length: commits }, (_, index) => {
    const commit = `${hex()}${hex()}${hex()}${hex()}${hex()}`;
    const machine = 1 + 0.1 * Math.floor(random() * 3);
    time += Math.floor(4 * 3600_000 * random());
    const ratios: HistoryRatio[] = [];
    for (const name of parent === null ? [] : benches) {
      const moved = random() < 1 / 300;
      const truth = moved ? 1 + 0.1 * (random() - 0.5) : 1;
      times.set(name, (times.get(name) ?? 1) * truth);
      const ratio = truth * noise(0.004);
      const verdict = !moved ? 'none' : truth > 1 ? 'regression' : 'improvement';
      ratios.push({
        case: name,
        metric: 'wall-time',
        ratio,
        ci: [ratio * 0.99, ratio * 1.01],
        pairs: 20,
        verdict,
      });
    }
    for (const name of sizes) {
      if (random() < 1 / 7) bytes.set(name, Math.floor((bytes.get(name) ?? 0) * noise(0.002)));
    }
    const at = new Date(time).toISOString();
    const record: HistoryRecord = {
      schema: 1,
      tare: '0.0.0',
      commit,
      configuration: 'release',
      run: String(index),
      recorded: at,
      committed: at,
      subject: `${hex()} ${['fix', 'add', 'remove', 'refactor'][index % 4]} the ${hex()} of ${hex()} in every case`,
      author: `Author ${Math.floor(40 * random() ** 2)}`,
      pullRequest: index % 2 === 0 ? index : null,
      parent,
      distance: parent === null ? null : 1,
      identity: {},
      values: [
        ...benches.map((name) => ({
          case: name,
          metric: 'wall-time',
          value: (times.get(name) ?? 1) * machine * noise(0.02),
        })),
        ...sizes.map((name) => ({ case: name, metric: 'loadable-bytes', value: bytes.get(name) ?? 0 })),
        ...compiles.map((name) => ({ case: name, metric: 'cpu-seconds', value: 30 * machine * noise(0.03) })),
      ],
      ratios,
      causes: [],
      accepted: [],
      failed: [],
    };
    parent = commit;
    return record;
  });
}
