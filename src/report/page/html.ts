import { visible } from '../inert.ts';
import { CLIENT_SCRIPT, CLIENT_STYLE, SCRIPT_HASH, STYLE_HASH } from './client.generated.ts';
import { type PageFacts, packTrend } from './pack.ts';
import { printable } from './printable.ts';
import type { Trend } from './trend.ts';

/** Compresses without a header (RFC 1951), as `deflateRawSync` of node:zlib does. */
export type Deflate = (bytes: Uint8Array) => Uint8Array;

/** Nothing is loaded, and nothing runs or styles but the two texts of these digests: a name that slipped through could do nothing. */
const POLICY = [
  "default-src 'none'",
  `script-src 'sha256-${SCRIPT_HASH}'`,
  `style-src 'sha256-${STYLE_HASH}'`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

const ICON =
  'data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 viewBox=%220 0 16 16%22%3E%3Cpath d=%22M2 12 6 6l4 3 4-6%22 fill=%22none%22 stroke=%22%230969da%22 stroke-width=%222%22/%3E%3C/svg%3E';

/**
 * The trend page: one HTML file that loads nothing, works from a web server and from disk, and holds the trend's numbers
 * rounded within a third of their noise (column.ts). Needs a browser with DecompressionStream (2023).
 */
export function renderPage(trend: Trend, facts: PageFacts, deflate: Deflate): string {
  const title = escaped(`${visible(facts.project)}: size, compile time and run time`);
  const data = printable(deflate(packTrend(trend, facts)));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<meta name="tare-made" content="${facts.made}">
<title>${title}</title>
<link rel="icon" href="${ICON}">
<style>${CLIENT_STYLE}</style>
</head>
<body>
<a class="skip" href="#charts">Skip to the charts</a>
<main><h1>${title}</h1><noscript><p>The charts of this page need JavaScript; it loads nothing from elsewhere.</p></noscript></main>
<script type="application/octet-stream" id="data">${data}</script>
<script>${CLIENT_SCRIPT}</script>
</body>
</html>
`;
}

/** When a page was made, in seconds since 1970; null for a text that is no page of ours. */
export function madeAt(page: string): number | null {
  const made = /<meta name="tare-made" content="(\d{1,12})">/.exec(page.slice(0, 4000))?.[1];
  return made === undefined ? null : Number(made);
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}
