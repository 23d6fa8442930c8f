import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const manifestSchema = z.strictObject({
  name: z.string(),
  description: z.string(),
  author: z.string(),
  branding: z.strictObject({ icon: z.string(), color: z.string() }),
  inputs: z.record(
    z.string(),
    z.strictObject({ description: z.string(), required: z.boolean(), default: z.string() }),
  ),
  outputs: z.record(z.string(), z.strictObject({ description: z.string() })),
  runs: z.strictObject({ using: z.literal('node24'), main: z.string() }),
});

/** What action.yml says. */
export type Manifest = z.infer<typeof manifestSchema>;

/** Reads action.yml of the repository at `root`. Errors: throws for a file of another shape. */
export async function readManifest(root: string): Promise<Manifest> {
  return manifestSchema.parse(parse(await readFile(join(root, 'action.yml'), 'utf8')));
}
