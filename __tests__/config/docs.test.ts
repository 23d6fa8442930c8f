import { describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { INPUT_NAMES } from '../../src/config/inputs.ts';
import { loadConfig, NO_OVERRIDES } from '../../src/config/load.ts';
import { fencedBlocks, ROOT } from './documents.ts';

describe('documented configuration', () => {
  test('every TOML block of README.md and docs/ loads', async () => {
    const blocks = await fencedBlocks(['toml']);
    expect(blocks.filter(({ file }) => file.endsWith('configure.md')).length).toBeGreaterThanOrEqual(8);
    expect(blocks.filter(({ file }) => file.endsWith('benchmarks.md')).length).toBeGreaterThanOrEqual(6);
    for (const { place, text } of blocks) {
      const readFile = async () => new TextEncoder().encode(text);
      const loading = loadConfig({
        root: ROOT,
        directory: '.',
        file: null,
        overrides: NO_OVERRIDES,
        readFile,
      });
      expect(await loading.catch((error: unknown) => error), place).not.toBeInstanceOf(Error);
    }
  });

  test('every step that uses Tare gives only inputs that exist', async () => {
    const known: readonly string[] = INPUT_NAMES;
    let steps = 0;
    for (const { place, text } of await fencedBlocks(['yaml', 'yml'])) {
      for (const step of stepsOf(parseYaml(text))) {
        if (!step.uses.startsWith('OWNER/tare@')) continue;
        steps += 1;
        const unknown = Object.keys(step.with).filter((name) => !known.includes(name));
        expect({ place, unknown }).toEqual({ place, unknown: [] });
      }
    }
    expect(steps).toBeGreaterThan(1);
  });
});

interface Step {
  readonly uses: string;
  readonly with: Readonly<Record<string, unknown>>;
}

function stepsOf(value: unknown): readonly Step[] {
  if (typeof value !== 'object' || value === null) return [];
  const nested = Object.values(value).flatMap(stepsOf);
  if (!('uses' in value) || typeof value.uses !== 'string') return nested;
  const given = 'with' in value && typeof value.with === 'object' && value.with !== null ? value.with : {};
  return [{ uses: value.uses, with: Object.fromEntries(Object.entries(given)) }, ...nested];
}
