import type { Root as HtmlRoot } from 'hast';
import type { Root as MarkdownRoot } from 'mdast';
import rehypeRaw from 'rehype-raw';
import rehypeSanitize from 'rehype-sanitize';
import rehypeStringify from 'rehype-stringify';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import remarkRehype from 'remark-rehype';
import { unified } from 'unified';

/** Markdown as HTML, as GitHub makes it: GFM with raw HTML, cleaned by GitHub's list of allowed elements and attributes. */
export function githubHtml(markdown: string): string {
  return String(cleaned.processSync(markdown));
}

/** The tree of the same HTML before it is cleaned, so that whatever slipped in is still there. */
export function uncleanedTree(markdown: string): HtmlRoot {
  return uncleaned.runSync(uncleaned.parse(markdown));
}

/** The Markdown's own tree; a table's rows have the cells that were written, too many or too few. */
export function markdownTree(markdown: string): MarkdownRoot {
  return reader.parse(markdown);
}

const reader = unified().use(remarkParse).use(remarkGfm).freeze();
const uncleaned = reader().use(remarkRehype, { allowDangerousHtml: true }).use(rehypeRaw).freeze();
const cleaned = uncleaned().use(rehypeSanitize).use(rehypeStringify).freeze();
