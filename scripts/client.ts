import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

/**
 * The text of src/report/page/client.generated.ts: the trend page's program and style sheet as texts, with the digests that
 * the page's policy names. Builds in memory. Errors: throws when a text would end its HTML element.
 */
export async function clientModule(root: string): Promise<string> {
  const uplot = join(root, 'node_modules', 'uplot');
  const license = (await readFile(join(uplot, 'LICENSE'), 'utf8')).trim();
  const program = await bundled(join(root, 'src', 'report', 'page', 'client', 'main.ts'));
  const script = `/*! Holds uPlot.\n${license}\n*/\n${program.trim()}\n`;
  const style = [
    await readFile(join(uplot, 'dist', 'uPlot.min.css'), 'utf8'),
    squeezed(await readFile(join(root, 'src', 'report', 'page', 'client', 'style.css'), 'utf8')),
  ].join('\n');
  if (/<\/(script|style)|<!--|<script/i.test(script + style))
    throw new Error('the page’s program or style sheet holds what would end its element');
  return [
    '// Written by `npm run generate` from src/report/page/client.',
    constant('CLIENT_SCRIPT', script),
    constant('CLIENT_STYLE', style),
    constant('SCRIPT_HASH', digest(script)),
    constant('STYLE_HASH', digest(style)),
    '',
  ].join('\n');
}

async function bundled(entry: string): Promise<string> {
  const build = await rolldown({ input: entry, platform: 'browser', logLevel: 'silent', tsconfig: false });
  try {
    const { output } = await build.generate({ format: 'iife', minify: true });
    const [chunk, ...others] = output;
    if (others.length > 0) throw new Error('the page’s program is more than one file');
    return chunk.code;
  } finally {
    await build.close();
  }
}

function squeezed(css: string): string {
  return css
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,]) ?/g, '$1')
    .trim();
}

function constant(name: string, text: string): string {
  return `export const ${name} = ${JSON.stringify(text)};`;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
