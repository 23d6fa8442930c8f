import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { parse, stringify } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { fillMarkers, generatedFiles } from '../../scripts/generated.ts';
import { readDocument } from '../../src/config/document.ts';
import { fileJsonSchema } from '../../src/config/schema.ts';
import { fencedBlocks, ROOT } from './documents.ts';

const validate = new Ajv({
  strict: true,
  strictTuples: false,
  allErrors: true,
  allowUnionTypes: true,
}).compile(fileJsonSchema());

function accepted(text: string): boolean {
  try {
    readDocument('tare.toml', new TextEncoder().encode(text), { absolutePaths: false });
    return true;
  } catch {
    return false;
  }
}

describe('tare.schema.json', () => {
  test('accepts what Tare accepts in every documented example', async () => {
    const blocks = await fencedBlocks(['toml']);
    expect(blocks.length).toBeGreaterThan(5);
    for (const { place, text } of blocks) {
      expect({ place, valid: validate(parse(text)), errors: validate.errors }).toEqual({
        place,
        valid: true,
        errors: null,
      });
    }
  });

  test.each([
    'profil = "x"',
    'profile = 1',
    'features = "a"',
    'features = ["--all"]',
    'size.gate = "foo"',
    'size.floor = "1 KB"',
    'size.floor = 1.5',
    'size.change = 5',
    'size.change = "1"',
    'fail-on = "always"',
    'comment = "true"',
    'baseline.ancestors = 501',
    'env."A=B" = "1"',
    'env.A = 1',
    '[[configuration]]\nprofile = "x"',
    '[[configuration]]\nname = "a,b"',
    'benches.minutes = 0',
    'benches.minutes = 301',
    'benches.minutes = "10 min"',
    'benches.instructions = "on"',
    'benches.filter = "bench *"',
    'benches.filter = [""]',
    'benches.max-program-bytes = "200 M"',
    '[bench]\nminutes = 5',
    '[[bench]]\nname = "a"',
    '[[bench]]\nrun = "{bin:a}"',
    '[[bench]]\nname = " a"\nrun = "{bin:a}"',
    '[[bench]]\nname = "a\\u007fb"\nrun = "{bin:a}"',
    `[[bench]]\nname = "${'a'.repeat(121)}"\nrun = "{bin:a}"`,
    '[[bench]]\nname = "a"\nrun = "{bin:a}"\ntimeout = 0',
    '[[bench]]\nname = "a"\nrun = "{bin:a}"\ntimeout = 3601',
    '[[bench]]\nname = "a"\nrun = "{bin:a}"\ntimeout = "30 MiB"',
    '[[bench]]\nname = "a"\nrun = "{bin:a}"\nconfiguration = []',
    '[[bench]]\nname = "a"\nrun = "{bin:a}"\ncategory = "third"',
    '[[numbers]]\nformat = "bmf"',
    '[[numbers]]\nfile = "a.json"\nformat = "json"',
    '[[case]]\nbudget = 1',
    '[[case]]\nmatch = "size rg"\nmetric = "foo"',
    '[[case]]\nmatch = "size rg"\nbudget = "5"',
  ])('rejects %j, as Tare does', (text) => {
    expect(validate(parse(text))).toBe(false);
    expect(accepted(text)).toBe(false);
  });

  test('never rejects in the editor what Tare accepts', () => {
    const scalar = fc.constantFrom<unknown>(
      'release',
      '1 KiB',
      '30 s',
      '0.1%',
      'file',
      'size *',
      0,
      0.5,
      7,
      true,
      'cpu-seconds',
      '{bin:a} -x',
      'bmf',
      'auto',
      ['a'],
      ['bench *'],
      { A: 'b' },
    );
    const table = (keys: readonly string[]) =>
      fc.dictionary(fc.constantFrom(...keys), scalar, { maxKeys: 3, noNullPrototype: true });
    const build = ['kind', 'toolchain', 'profile', 'packages', 'lib', 'features', 'env', 'args', 'target'];
    const documents = fc
      .record(
        {
          size: table(['gate', 'floor', 'change', 'attribution']),
          baseline: table(['rebuild', 'ancestors']),
          benches: table(['enabled', 'minutes', 'filter', 'instructions', 'max-program-bytes']),
          bench: fc.array(table(['name', 'run', 'prepare', 'cwd', 'env', 'timeout', 'configuration']), {
            maxLength: 1,
          }),
          numbers: fc.array(table(['file', 'format', 'command', 'category']), { maxLength: 1 }),
          case: fc.array(table(['match', 'metric', 'floor', 'change', 'budget']), { maxLength: 2 }),
          configuration: fc.array(table(['name', ...build]), { maxLength: 2 }),
        },
        { requiredKeys: [], noNullPrototype: true },
      )
      .chain((tables) => table([...build, 'comment']).map((top) => ({ ...top, ...tables })));
    fc.assert(
      fc.property(documents, (document) => {
        const text = stringify(document);
        if (accepted(text)) expect({ text, valid: validate(parse(text)) }).toEqual({ text, valid: true });
      }),
      { numRuns: 2000 },
    );
  });

  test('documents every key', () => {
    const missing: string[] = [];
    const walk = (schema: unknown, path: string) => {
      if (typeof schema !== 'object' || schema === null) return;
      const { properties, items } = schema as { properties?: object; items?: unknown };
      for (const [key, property] of Object.entries(properties ?? {})) {
        if (typeof property.description !== 'string') missing.push(`${path}.${key}`);
        walk(property, `${path}.${key}`);
      }
      walk(items, `${path}[]`);
    };
    walk(fileJsonSchema(), '');
    expect(missing).toEqual([]);
  });

  test('uses no regular expression that editors in other languages cannot read', () => {
    // Rust's regex crate, behind Taplo, knows neither \0 nor look-around nor back references.
    expect(JSON.stringify(fileJsonSchema())).not.toMatch(/\\\\0|\(\?[=!<]|\\\\[1-9]/);
  });
});

describe('generated files', () => {
  test('are current', async () => {
    for (const [path, content] of await generatedFiles(ROOT)) {
      const current = await readFile(join(ROOT, path), 'utf8').catch(() => '');
      expect(current, `${path}: run \`node scripts/generate.ts\``).toBe(content);
    }
  });

  test('are written, and missed by --check, by the script', async () => {
    const copy = await mkdtemp(join(tmpdir(), 'tare-generate-'));
    try {
      for (const path of ['src', 'scripts', 'action.yml', 'package.json', 'rolldown.config.ts']) {
        await cp(join(ROOT, path), join(copy, path), { recursive: true });
      }
      await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'), 'junction');
      await writeFile(join(copy, 'README.md'), '<!-- generated: outputs -->\nold\n<!-- /generated -->\n');
      const run = (...args: string[]) =>
        promisify(execFile)(process.execPath, ['scripts/generate.ts', ...args], { cwd: copy });
      await expect(run('--check')).rejects.toMatchObject({
        code: 1,
        stderr: expect.stringContaining('README.md is not current'),
      });
      await run();
      await run('--check');
      expect(await readFile(join(copy, 'README.md'), 'utf8')).toContain('| `verdict` ');
      expect(JSON.parse(await readFile(join(copy, 'schema', 'report.schema.json'), 'utf8'))).toHaveProperty(
        'title',
        'report.json',
      );
    } finally {
      await rm(copy, { recursive: true, force: true });
    }
  });

  test('fill only their markers, again and again', () => {
    const tables = new Map([['a', '| $& |']]);
    const text =
      'x\n<!-- generated: a -->\nold\n<!-- /generated -->\ny\n<!-- generated: other -->\nkept\n<!-- /generated -->\n';
    const filled = fillMarkers(text, tables);
    expect(filled).toBe(text.replace('old', () => '\n| $& |\n'));
    expect(fillMarkers(filled, tables)).toBe(filled);
    expect(() => fillMarkers('<!-- generated: a -->', tables)).toThrow(/not closed/);
  });
});
