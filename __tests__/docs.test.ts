import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

test('every file and link that a document names is there', async () => {
  const missing: string[] = [];
  for (const document of await documents()) {
    const text = await readFile(join(root, document), 'utf8');
    for (const path of named(text, document)) {
      if (!existsSync(path)) missing.push(`${document}: ${path.slice(root.length)}`);
    }
  }
  expect(missing).toEqual([]);
});

async function documents(): Promise<string[]> {
  const docs = await readdir(join(root, 'docs'), { recursive: true });
  return ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...docs.map((file) => join('docs', file))].filter(
    (file) => file.endsWith('.md'),
  );
}

/** Relative links, and paths of the repository in code spans. Example reports show other projects' names. */
function named(text: string, document: string): string[] {
  if (document.startsWith(join('docs', 'examples')) && !document.endsWith('README.md')) return [];
  const links = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map((match) =>
    resolve(root, dirname(document), match[1] ?? ''),
  );
  const spans = [
    ...text.matchAll(/`((?:src|__tests__|scripts|benchmarks|schema|docs)\/[\w./-]+\.\w+)`/g),
  ].map((match) => join(root, match[1] ?? ''));
  return [...links, ...spans];
}
