/**
 * Draws a Markdown file as GitHub shows it, light and dark: `node scripts/picture.ts FILE.md OUT-PREFIX [--open]` writes
 * OUT-PREFIX-light.png and OUT-PREFIX-dark.png. `--open` unfolds every `<details>`. Needs Chromium
 * (Debian package `chromium`, or its path in CHROMIUM).
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { githubHtml } from './github-html.ts';

const WIDTH = 920;
const TIMEOUT = 60_000;
const THEMES = { light: '#ffffff', dark: '#0d1117' } as const;

const [file, prefix, flag] = process.argv.slice(2);
if (file === undefined || prefix === undefined || (flag !== undefined && flag !== '--open')) {
  console.error('usage: node scripts/picture.ts FILE.md OUT-PREFIX [--open]');
  process.exit(2);
}
const scratch = await mkdtemp(join(tmpdir(), 'tare-picture-'));
try {
  const body = githubHtml(await readFile(file, 'utf8'));
  const opened = flag === '--open' ? body.replaceAll('<details>', '<details open>') : body;
  for (const theme of ['light', 'dark'] as const) {
    const page = join(scratch, `${theme}.html`);
    await writeFile(page, await pageOf(opened, theme));
    const output = resolve(`${prefix}-${theme}.png`);
    await photograph(page, output, await heightOf(page));
    console.log(output);
  }
} finally {
  await rm(scratch, { recursive: true, force: true });
}

async function pageOf(body: string, theme: keyof typeof THEMES): Promise<string> {
  const css = createRequire(import.meta.url).resolve(`github-markdown-css/github-markdown-${theme}.css`);
  return `<!doctype html><meta charset="utf-8"><style>${await readFile(css, 'utf8')}
body { margin: 0; background: ${THEMES[theme]}; }
.markdown-body { box-sizing: border-box; width: 100%; padding: 24px; font-size: 14px; }</style>
<article class="markdown-body">${body}</article>
<script>document.title = String(document.querySelector('article').offsetHeight)</script>`;
}

/** The page's height in CSS pixels, as the page itself says in its title. */
async function heightOf(page: string): Promise<number> {
  const html = await chromium([`--window-size=${WIDTH},600`, '--dump-dom', pathToFileURL(page).href]);
  const height = Number(/<title>(\d+)<\/title>/.exec(html)?.[1]);
  if (!Number.isInteger(height)) throw new Error('Chromium did not tell the height of the page');
  return Math.min(height, 16_000);
}

async function photograph(page: string, output: string, height: number): Promise<void> {
  const url = pathToFileURL(page).href;
  await chromium([`--window-size=${WIDTH},${height}`, '--hide-scrollbars', `--screenshot=${output}`, url]);
}

async function chromium(args: readonly string[]): Promise<string> {
  const profile = await mkdtemp(join(scratch, 'profile-'));
  const flags = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--force-device-scale-factor=1',
    `--user-data-dir=${profile}`,
  ];
  const child = spawn(process.env['CHROMIUM'] ?? '/usr/bin/chromium', [...flags, ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: TIMEOUT,
    killSignal: 'SIGKILL',
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const status = await new Promise<number | null>((done, fail) => {
    child.on('error', (error) => fail(new Error(`Chromium could not be started: ${error.message}`)));
    child.on('close', done);
  });
  if (status !== 0) throw new Error(`Chromium ended with status ${status ?? 'a signal'}`);
  return Buffer.concat(chunks).toString('utf8');
}
