/**
 * Writes what is generated from the code: schema/*.json, docs/reference.md, docs/third-party-licenses.txt, and the tables between the markers
 * `<!-- generated: NAME -->` and `<!-- /generated -->` of README.md.
 * `node scripts/generate.ts --check` writes nothing and fails when a file is not current.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { generatedFiles } from './generated.ts';

const root = join(import.meta.dirname, '..');
const check = process.argv.includes('--check');

for (const [path, content] of await generatedFiles(root)) {
  const file = join(root, path);
  const current = await readFile(file, 'utf8').catch(() => null);
  if (current === content) continue;
  if (check) {
    console.error(`${path} is not current; run \`node scripts/generate.ts\` and commit what it writes`);
    process.exitCode = 1;
  } else {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
    console.log(`wrote ${path}`);
  }
}
