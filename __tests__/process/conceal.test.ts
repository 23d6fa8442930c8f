import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { concealSecrets } from '../../src/process/conceal.ts';
import { fixture } from './support.ts';

const seen = z.object({
  names: z.array(z.string()),
  shown: z.string(),
  own: z.record(z.string(), z.string()),
});

describe('concealing', () => {
  it('hides secrets from children that read our environment, and keeps them for us', () => {
    const own = { INPUT_TOKEN: 'ghs_secret1=é', ACTIONS_RUNTIME_TOKEN: 'secret2', PLAIN: 'plain' };
    const env = { PATH: process.env['PATH'], GITHUB_TOKEN: '', ...own };
    const output = execFileSync(process.execPath, [fixture('conceal.mjs')], { env }).toString();
    const result = seen.parse(JSON.parse(output));
    expect([...result.names].sort()).toEqual(['ACTIONS_RUNTIME_TOKEN', 'INPUT_TOKEN']);
    expect(result.own).toEqual(own);
    expect(result.shown).toContain('PLAIN=plain');
    expect(result.shown).toContain(`INPUT_TOKEN=${'*'.repeat(Buffer.byteLength(own.INPUT_TOKEN))}\0`);
    expect(result.shown).not.toContain('secret');
  });

  it('does nothing where there is no /proc', () => {
    const env = { INPUT_TOKEN: 'x' };
    expect(concealSecrets({ env, platform: 'darwin' })).toEqual([]);
    expect(env).toEqual({ INPUT_TOKEN: 'x' });
  });
});
