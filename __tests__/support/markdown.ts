import type { Nodes as HtmlNodes } from 'hast';
import type { Nodes as MarkdownNodes } from 'mdast';
import { expect } from 'vitest';
import { markdownTree, uncleanedTree } from '../../scripts/github-html.ts';

/** Every element that a report is made of. */
const ELEMENTS = new Set(
  'h3 p strong br code pre table thead tbody tr th td sub details summary b em ul li a'.split(' '),
);

export interface Rendered {
  /** Tags in order of appearance, inline code left out: what a name must not be able to change. */
  readonly skeleton: string;
  /** Text outside code, a space wherever code was. */
  readonly prose: string;
  readonly comments: number;
  readonly links: readonly string[];
}

/** Renders as GitHub does, but without cleaning, and lists what came out. */
export function rendered(markdown: string): Rendered {
  const tags: string[] = [];
  const links: string[] = [];
  let prose = '';
  let comments = 0;
  const visit = (node: HtmlNodes, inCode: boolean): void => {
    if (node.type === 'comment') comments++;
    if (node.type === 'text' && !inCode) prose += node.value;
    if (node.type === 'raw' || node.type === 'doctype') throw new Error(`a ${node.type} node is left`);
    if (node.type !== 'element' && node.type !== 'root') return;
    const tag = node.type === 'root' ? 'root' : node.tagName;
    if (tag === 'code') prose += ' ';
    else tags.push(`<${tag}>`);
    if (node.type === 'element' && tag === 'a') links.push(String(node.properties['href']));
    for (const child of node.children) visit(child, inCode || tag === 'code');
    if (tag !== 'code') tags.push(`</${tag}>`);
  };
  visit(uncleanedTree(markdown), false);
  return { skeleton: tags.join(''), prose, comments, links };
}

/** What GitHub makes a link, a mention, a reference or an emoji of, outside code. */
const ACTIVE = [
  /@[\w-]/,
  /#\d/,
  /\bgh-\d/i,
  /https?:|www\./i,
  /:[\w+-]+:/,
  /\b[0-9a-f]{7,40}\b/,
  /\$[^$]*\$/,
];

/** Fails unless the Markdown holds only a report's own elements, whole tables and no active outside text. */
export function expectInert(markdown: string, marker: string): Rendered {
  const result = rendered(markdown);
  for (const [, tag] of result.skeleton.matchAll(/<(\w+)>/g)) {
    if (tag !== 'root') expect(ELEMENTS).toContain(tag);
  }
  for (const pattern of ACTIVE) expect(result.prose).not.toMatch(pattern);
  expect(markdown.split('<!--')).toHaveLength(marker === '' ? 1 : 2);
  expect(markdown.startsWith(marker)).toBe(true);
  expect(result.comments).toBe(marker === '' ? 0 : 1);
  expectWhole(markdown);
  return result;
}

/** Fails unless every table row has its head's cells, every fold is closed and no character is cut in two. */
export function expectWhole(markdown: string): void {
  let html = '';
  const visit = (node: MarkdownNodes): void => {
    if (node.type === 'html') html += node.value;
    if (node.type === 'table') {
      expect(new Set(node.children.map((row) => row.children.length)).size).toBe(1);
      const source = markdown.slice(node.position?.start.offset, node.position?.end.offset);
      // Renderers disagree about this pair, so it must not occur in a table.
      expect(source).not.toContain('\\\\|');
    }
    if ('children' in node) for (const child of node.children) visit(child);
  };
  visit(markdownTree(markdown));
  expect(html.match(/<details>/g)?.length ?? 0).toBe(html.match(/<\/details>/g)?.length ?? 0);
  expect(markdown).not.toMatch(/\p{Cs}/u);
}
