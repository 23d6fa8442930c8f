import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import type { TestProject } from 'vitest/node';
import config from '../../rolldown.config.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Folder with `action.yml` and a fresh `dist/`, as a user's runner has it. */
    readonly action: string;
  }
}

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** Builds the action once for all files, beside the repository: `dist.test.ts` compares the two. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'tare-action-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await buildInto(join(folder, 'dist'));
    for (const file of ['action.yml', 'package.json']) await cp(join(repository, file), join(folder, file));
  } catch (error) {
    await remove();
    throw error;
  }
  project.provide('action', folder);
  return remove;
}

/** What `npm run build` does, into another folder. */
export async function buildInto(dir: string): Promise<void> {
  if (typeof config !== 'object' || Array.isArray(config) || Array.isArray(config.output))
    throw new Error('rolldown.config.ts no longer holds one build with one output');
  await build({ ...config, cwd: repository, logLevel: 'silent', output: { ...config.output, dir } });
}
