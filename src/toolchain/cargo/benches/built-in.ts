import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

const MAX_FILES = 5000;
const MAX_BYTES = 64 << 20;

/**
 * Whether a `#[bench]` stands in any source file in the folder of a crate's root file or below. Only that makes it worth to
 * compile a library or a program once more, with the built-in harness. Bounded to 5,000 files and 64 MiB.
 */
export function hasBuiltInBenchmarks(root: string): boolean {
  let bytes = 0;
  let files = 0;
  const open = [path.dirname(root)];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    for (const entry of entriesOf(folder)) {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'target') open.push(file);
      if (!entry.isFile() || !entry.name.endsWith('.rs')) continue;
      files += 1;
      bytes += statSync(file).size;
      if (files > MAX_FILES || bytes > MAX_BYTES) return false;
      if (/#\[\s*bench\s*\]/.test(readFileSync(file, 'utf8'))) return true;
    }
  }
  return false;
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
