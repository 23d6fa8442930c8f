import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** The repository. */
export const ROOT = join(import.meta.dirname, '..', '..');

export interface Block {
  /** `docs/how-to/configure.md:12`, for messages. */
  readonly place: string;
  readonly file: string;
  readonly language: string;
  readonly text: string;
}

/** The fenced blocks of README.md and of all Markdown files under docs/, in the languages given. */
export async function fencedBlocks(languages: readonly string[]): Promise<readonly Block[]> {
  const docs = await readdir(join(ROOT, 'docs'), { recursive: true, withFileTypes: true });
  const pages = docs
    .filter((entry) => entry.isFile() && entry.name.endsWith('.md'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));
  const blocks: Block[] = [];
  for (const file of ['README.md', ...pages.sort()]) {
    const text = await readFile(join(ROOT, file), 'utf8').catch(() => '');
    for (const match of text.matchAll(/^( *)(`{3,})([a-z]+)\n([\s\S]*?)^\1\2$/gm)) {
      const [, indent = '', , language = '', content = ''] = match;
      if (!languages.includes(language)) continue;
      const line = text.slice(0, match.index).split('\n').length;
      const body = content.replaceAll(new RegExp(`^${indent}`, 'gm'), '');
      blocks.push({ place: `${file}:${line}`, file, language, text: body });
    }
  }
  return blocks;
}
