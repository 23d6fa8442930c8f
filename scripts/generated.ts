import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { fileJsonSchema } from '../src/config/schema.ts';
import { reportSchema } from '../src/report/report.ts';
import { triageSchema } from '../src/report/triage/document.ts';
import { clientModule } from './client.ts';
import { thirdPartyLicenses } from './licenses.ts';
import { readManifest } from './manifest.ts';
import { referencePage, referenceTables } from './reference.ts';

/** Contents of all generated files by their path in the repository at `root`, computed and not written. */
export async function generatedFiles(root: string): Promise<ReadonlyMap<string, string>> {
  const config = fileJsonSchema();
  const tables = referenceTables(await readManifest(root), config);
  const files = new Map([
    ['schema/tare.schema.json', json(config)],
    ['schema/report.schema.json', json(reportJsonSchema())],
    ['schema/triage.schema.json', json(triageJsonSchema())],
    ['docs/reference.md', referencePage(tables)],
    ['src/report/page/client.generated.ts', await clientModule(root)],
    ['docs/third-party-licenses.txt', await thirdPartyLicenses(root)],
  ]);
  const readme = await readFile(join(root, 'README.md'), 'utf8').catch(() => null);
  if (readme !== null) files.set('README.md', fillMarkers(readme, tables));
  return files;
}

/**
 * Puts the tables between their markers; a marker of another name is filled by someone else and left alone.
 * Errors: throws for a marker that is not closed.
 */
export function fillMarkers(text: string, tables: ReadonlyMap<string, string>): string {
  const [opened, closed] = [/<!-- generated: /g, /<!-- \/generated -->/g].map(
    (marker) => [...text.matchAll(marker)].length,
  );
  if (opened !== closed)
    throw new Error('a marker <!-- generated: … --> is not closed by <!-- /generated -->');
  return text.replace(MARKED, (all, open: string, name: string, close: string) => {
    const table = tables.get(name);
    return table === undefined ? all : `${open}\n\n${table}\n\n${close}`;
  });
}

const MARKED = /(<!-- generated: ([a-z-]+) -->)[\s\S]*?(<!-- \/generated -->)/g;

function reportJsonSchema(): Record<string, unknown> {
  return {
    ...z.toJSONSchema(reportSchema, { target: 'draft-7' }),
    title: 'report.json',
    description: 'The report of `tare check`: every number that is shown to a person is rendered from it.',
  };
}

function triageJsonSchema(): Record<string, unknown> {
  return {
    ...z.toJSONSchema(triageSchema, { target: 'draft-7' }),
    title: 'triage.json',
    description: 'The weekly report of `tare triage`: everything that it shows is rendered from it.',
  };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
