import { readFileSync } from 'node:fs';
import { defineConfig, type Plugin } from 'rolldown';

/** Entries of packages of which only a part is used, as modules with that part; docs/adr/0008-bundle.md. */
const PARTS: readonly { readonly file: RegExp; readonly code: string }[] = [
  {
    // @actions/http-client and @actions/github import these two; any other import then fails the build. ProxyAgent needs connect.
    file: /node_modules[\\/]undici[\\/]index\.js$/,
    code: `import connect from './lib/api/api-connect.js';
           import Dispatcher from './lib/dispatcher/dispatcher.js';
           Dispatcher.prototype.connect = connect;
           export { default as ProxyAgent } from './lib/dispatcher/proxy-agent.js';
           export { fetch } from './lib/web/fetch/index.js';`,
  },
  {
    // The table behind octokit.rest; src/github/client.ts has routes of its own, and a type without octokit.rest.
    file: /plugin-rest-endpoint-methods[\\/]dist-src[\\/]generated[\\/]endpoints\.js$/,
    code: 'export default {};',
  },
  {
    // badge-maker's widths of text: only the font of its flat badges, instead of four.
    file: /node_modules[\\/]anafanafo[\\/]index\.js$/,
    code: `import { createConsumer } from 'char-width-table-consumer';
           import widths from './data/verdana-11px-normal.json';
           const verdana = createConsumer(widths);
           export default (text, { font, ...rest }) => {
             if (font !== '11px Verdana') throw new Error('only flat badges are bundled');
             return verdana.widthOf(text, rest);
           };`,
  },
];

/** Of the table of widths, what Latin, Greek, Cyrillic and signs need; any other character counts as wide as an m. */
const hasWidth = (code: unknown): boolean =>
  typeof code === 'number' && (code <= 0x52f || (code >= 0x2000 && code <= 0x22ff));
const fewWidths: Plugin = {
  name: 'few-widths',
  load: {
    filter: { id: /anafanafo[\\/]data[\\/]verdana-11px-normal\.json$/ },
    handler(id) {
      const rows: unknown = JSON.parse(readFileSync(id, 'utf8'));
      if (!Array.isArray(rows)) throw new Error(`${id} is no table of widths`);
      const few = rows.filter((row) => Array.isArray(row) && hasWidth(row[0]));
      return { code: JSON.stringify(few), moduleType: 'json' };
    },
  },
};

const onlyUsedParts: Plugin = {
  name: 'only-used-parts',
  resolveId: {
    filter: { id: /^undici$/ },
    handler(_source, importer, { kind }) {
      if (kind === 'import-statement') return null;
      // The build checks the names of an import, but not those of TypeScript's `const undici_1 = require("undici")`.
      const text = importer === undefined ? '' : readFileSync(importer, 'utf8');
      const uses = [...text.matchAll(/\bundici_1\b(?! = require)(?:\.(\w+))?/g)].map(
        (match) => match[1] ?? '*',
      );
      if (uses.length > 0 && uses.every((name) => name === 'ProxyAgent' || name === 'fetch')) return null;
      throw new Error(`${importer} uses more of undici than is bundled; see docs/adr/0008-bundle.md`);
    },
  },
  load: {
    filter: { id: PARTS.map(({ file }) => file) },
    handler(id) {
      const part = PARTS.find(({ file }) => file.test(id));
      return part === undefined ? null : { code: part.code, moduleType: 'js' };
    },
  },
};

/** undici carries its HTTP parser twice and falls back to the one without SIMD; every Node that runs dist/ has SIMD. */
const oneHttpParser: Plugin = {
  name: 'one-http-parser',
  resolveId: {
    filter: { id: /llhttp-wasm\.js$/ },
    handler(source, importer) {
      return this.resolve(source.replace('llhttp-wasm', 'llhttp_simd-wasm'), importer, { skipSelf: true });
    },
  },
};

export default defineConfig({
  input: { action: 'src/action.ts', cli: 'src/cli.ts', 'cache-worker': 'src/cache-worker.ts' },
  platform: 'node',
  plugins: [onlyUsedParts, oneHttpParser, fewWidths],
  output: {
    dir: 'dist',
    format: 'esm',
    cleanDir: true,
    chunkFileNames: 'chunks/[name].js',
    minify: true,
  },
});
