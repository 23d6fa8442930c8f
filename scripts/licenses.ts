import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { rolldown } from 'rolldown';
import { z } from 'zod';
import config from '../rolldown.config.ts';

/**
 * The names, versions and licence texts of all packages of which something is in `dist/`, sorted. Builds in memory.
 * Errors: throws for a package that names no licence.
 */
export async function thirdPartyLicenses(root: string): Promise<string> {
  const folders = new Set((await bundledFiles(root)).map(packageFolder));
  // In dist/ as a text: src/report/page/client.generated.ts.
  folders.add(join(root, 'node_modules', 'uplot'));
  const sections = [...folders].map(sectionOf).toSorted();
  const head = 'Packages of which dist/ holds code, and their licences. Written by `npm run generate`.';
  return `${[head, ...new Set(sections)].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

const packageSchema = z.object({ name: z.string(), version: z.string(), license: z.string() });

async function bundledFiles(root: string): Promise<readonly string[]> {
  if (typeof config !== 'object' || Array.isArray(config) || Array.isArray(config.output))
    throw new Error('rolldown.config.ts no longer holds one build with one output');
  const build = await rolldown({ ...config, cwd: root, logLevel: 'silent' });
  try {
    const { output } = await build.generate({ ...config.output, minify: false });
    const modules = output.flatMap((file) => (file.type === 'chunk' ? Object.entries(file.modules) : []));
    const kept = modules.filter(([, { renderedLength }]) => renderedLength > 0).map(([id]) => id);
    return kept.filter((id) => /[\\/]node_modules[\\/]/.test(id) && !id.startsWith('\0'));
  } finally {
    await build.close();
  }
}

/** The nearest folder with the package.json of a package; some packages mark subfolders with one that has no name. */
function packageFolder(file: string): string {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const path = join(folder, 'package.json');
    if (existsSync(path) && packageSchema.safeParse(JSON.parse(readFileSync(path, 'utf8'))).success)
      return folder;
  }
  throw new Error(`${file} is in no package that names its licence`);
}

function sectionOf(folder: string): string {
  const text = readFileSync(join(folder, 'package.json'), 'utf8');
  const { name, version, license } = packageSchema.parse(JSON.parse(text));
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)([.-].*)?$/i.test(file));
  const texts = files.toSorted().map((file) => readFileSync(join(folder, file), 'utf8'));
  const plain = texts.map((each) =>
    each
      .replace(/\r\n/g, '\n')
      .replace(/[ \t]+$/gm, '')
      .trim(),
  );
  const told = plain.length > 0 ? plain : ['The package holds no licence text.'];
  return [`${name} ${version} (${license})`, ...told].join('\n\n');
}
