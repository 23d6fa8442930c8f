import { describe, expect, test } from 'vitest';
import { readManifest } from '../../scripts/manifest.ts';
import { INPUT_NAMES, type InputName, loadInputs, OUTPUT_NAMES } from '../../src/config/inputs.ts';
import { loadConfig } from '../../src/config/load.ts';
import { UserError } from '../../src/errors.ts';
import { ROOT } from './documents.ts';

const reader = (values: Partial<Record<InputName, string>>) => (name: InputName) => values[name] ?? '';

describe('loadInputs', () => {
  test('takes nothing for nothing', () => {
    expect(loadInputs(reader({}))).toEqual({
      token: null,
      mode: 'auto',
      config: null,
      workingDirectory: '.',
      overrides: { failOn: null, comment: null, configurations: null },
      publish: { workflows: ['.github/workflows/tare.yml'], artifact: 'tare-report', status: true },
      pullRequest: null,
    });
  });

  test('takes every value', () => {
    const values = {
      token: 'secret',
      mode: ' check ',
      config: 'ci/weights.toml',
      'working-directory': 'rust',
      configuration: 'full, min\nother\n',
      'fail-on': 'regression',
      comment: 'false',
      workflow: 'measure.yml, .github/workflows/bench.yaml',
      artifact: 'weights',
      status: 'false',
      'pull-request': ' 12 ',
    };
    expect(loadInputs(reader(values))).toEqual({
      token: 'secret',
      mode: 'check',
      config: 'ci/weights.toml',
      workingDirectory: 'rust',
      overrides: { failOn: 'regression', comment: false, configurations: ['full', 'min', 'other'] },
      publish: {
        workflows: ['.github/workflows/measure.yml', '.github/workflows/bench.yaml'],
        artifact: 'weights',
        status: false,
      },
      pullRequest: 12,
    });
  });

  test.each([
    [
      { mode: 'chekc' },
      'input "mode" is "chekc"; allowed: auto, record, check, triage, publish, respond; did you mean "check"?',
    ],
    [
      { 'fail-on': 'Budget' },
      'input "fail-on" is "Budget"; allowed: never, regression, budget; did you mean "budget"?',
    ],
    [{ comment: 'TRUE' }, 'input "comment" is "TRUE"; allowed: true, false; did you mean "true"?'],
    [
      { 'pull-request': '#12' },
      'input "pull-request" is "#12"; expected the number of a pull request, e.g. 12',
    ],
    [{ comment: 'yes' }, 'input "comment" is "yes"; allowed: true, false'],
    [{ comment: '::error::\n' }, 'input "comment" is "::error::"; allowed: true, false'],
    [{ status: 'no' }, 'input "status" is "no"; allowed: true, false'],
    ...['../tare.yml', 'tare', ',', '.github/workflows/a/b.yml', 'tare.yml@main'].map(
      (workflow): [{ workflow: string }, string] => [
        { workflow },
        `input "workflow" is "${workflow}"; expected the file of the workflow that measures, e.g. "tare.yml"`,
      ],
    ),
    [{ configuration: ' , ' }, 'input "configuration" holds no name; leave it out to run all'],
    [{ configuration: ',' }, 'input "configuration" holds no name; leave it out to run all'],
    [{ configuration: 'a,b,a' }, 'input "configuration" names "a" twice; name it once'],
  ])('%j', (values, message) => {
    expect(() => loadInputs(reader(values))).toThrow(new UserError(message));
  });

  test('a mistake never repeats the token', () => {
    const load = () => loadInputs(reader({ token: 'ghs_secret', mode: 'x' }));
    expect(load).toThrow(UserError);
    expect(load).not.toThrow(/ghs_secret/);
  });
});

describe('action.yml', () => {
  test('has exactly the inputs that are read and the outputs that are written', async () => {
    const manifest = await readManifest(ROOT);
    expect(Object.keys(manifest.inputs)).toEqual([...INPUT_NAMES]);
    expect(Object.keys(manifest.outputs)).toEqual([...OUTPUT_NAMES]);
    expect(manifest.runs).toEqual({ using: 'node24', main: 'dist/action.js' });
    // The marketplace refuses a longer description.
    expect(manifest.description.length).toBeLessThanOrEqual(125);
  });

  test('its defaults leave the decision to the configuration file', async () => {
    const { inputs } = await readManifest(ROOT);
    const read = (name: InputName) => (name === 'token' ? '' : (inputs[name]?.default ?? ''));
    expect(loadInputs(read)).toEqual(loadInputs(reader({})));
    const bytes = new TextEncoder().encode('fail-on = "never"\ncomment = false');
    const { overrides } = loadInputs(read);
    const readFile = async () => bytes;
    const config = await loadConfig({ root: ROOT, directory: '.', file: null, overrides, readFile });
    expect(config).toMatchObject({ failOn: 'never', comment: false });
  });

  test('describes allowed values as they are', async () => {
    const { inputs } = await readManifest(ROOT);
    for (const mode of ['auto', 'record', 'check', 'triage', 'publish', 'respond'])
      expect(inputs['mode']?.description).toContain(`\`${mode}\``);
    for (const gate of ['never', 'regression', 'budget']) {
      expect(inputs['fail-on']?.description).toContain(`\`${gate}\``);
    }
  });
});
