import { expect, test } from 'vitest';
import { parseArguments } from '../../src/terminal/arguments.ts';

test.each(['repo', 'config', 'configuration', 'store', 'base', 'since', 'json', 'markdown', 'fail-on'])(
  'an empty --%s, as of an unset variable, is refused',
  (name) => {
    for (const argv of [
      ['check', `--${name}`, ''],
      ['check', `--${name}=`],
    ]) {
      expect(() => parseArguments(argv)).toThrow(`--${name} is empty; give it a value, or leave it out`);
    }
  },
);

test('a triage takes a revision or a date, and nothing that it would ignore', () => {
  expect(parseArguments(['triage'])).toMatchObject({ command: 'triage', since: null });
  expect(parseArguments(['triage', '--since', 'v1.0'])).toMatchObject({ command: 'triage', since: 'v1.0' });
  expect(() => parseArguments(['check', '--since', 'v1.0'])).toThrow(
    '--since goes with triage, not with check',
  );
  expect(() => parseArguments(['triage', '--base', 'main'])).toThrow('--base does not go with triage');
  expect(() => parseArguments(['triage', '--fail-on', 'never'])).toThrow('--fail-on does not go with triage');
});
