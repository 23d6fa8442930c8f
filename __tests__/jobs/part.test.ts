import { expect, test } from 'vitest';
import { loadConfig, NO_OVERRIDES } from '../../src/config/load.ts';
import { comparedPart } from '../../src/jobs/part.ts';
import { measurement } from '../compare/fixtures.ts';

const SIZE = { 'size rg': { 'loadable-bytes': 1e6 } };
const BOTH = { ...SIZE, 'compile workspace': { 'cpu-seconds': 20, units: 5 } };

test('what is no longer measured was not removed by the head', async () => {
  const part = await weighed('[compile]\nenabled = false');
  expect(part.removed).toEqual([]);
  expect(part.comparisons.map(({ case: name }) => name)).toEqual(['size rg']);
});

test('what the head alone lacks was', async () => {
  const part = await weighed('');
  expect(part.removed.map(({ case: name }) => name)).toEqual(['compile workspace']);
});

/** A head without compile times against a base that has some. */
async function weighed(toml: string) {
  const config = await loadConfig({
    root: '/',
    directory: '/',
    file: null,
    overrides: NO_OVERRIDES,
    readFile: async (path) => (path === 'tare.toml' ? Buffer.from(toml) : null),
  });
  const [configuration] = config.configurations;
  if (configuration === undefined) throw new Error('there is always one configuration');
  const base = { sha: 'a'.repeat(40), distance: 0, source: 'cache', history: [], directory: '/' } as const;
  const head = measurement(SIZE);
  const measured = { measurement: head, failed: [], secondary: [] };
  return comparedPart(
    configuration,
    { ...base, measurement: measurement(BOTH) },
    measured,
    () => true,
    config,
    [],
  );
}
