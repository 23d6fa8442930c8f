import { expect, test } from 'vitest';
import { parseArguments } from '../../src/terminal/arguments.ts';

test.each(['repo', 'config', 'configuration', 'store', 'base', 'json', 'markdown', 'fail-on'])(
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
