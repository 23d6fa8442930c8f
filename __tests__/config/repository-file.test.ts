import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MAX_FILE_BYTES } from '../../src/config/defaults.ts';
import { loadConfig, NO_OVERRIDES } from '../../src/config/load.ts';
import { repositoryFiles } from '../../src/config/repository-file.ts';
import { UserError } from '../../src/errors.ts';

let root = '';
let outside = '';

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'tare-config-'));
  outside = await mkdtemp(join(tmpdir(), 'tare-outside-'));
  await writeFile(join(outside, 'secret.toml'), 'profile = "secret"');
  await mkdir(join(root, 'sub'));
  await writeFile(join(root, 'sub', 'tare.toml'), 'profile = "sub"');
  await writeFile(join(root, 'large.toml'), '#'.repeat(MAX_FILE_BYTES * 3));
  await mkdir(join(root, 'folder.toml'));
});

afterAll(async () => {
  await rm(root, { recursive: true, force: true });
  await rm(outside, { recursive: true, force: true });
});

describe('repositoryFiles', () => {
  test('reads a file, gives null for none, and stops behind the limit', async () => {
    expect(new TextDecoder().decode((await repositoryFiles(root)('sub/tare.toml')) ?? undefined)).toBe(
      'profile = "sub"',
    );
    expect(await repositoryFiles(root)('tare.toml')).toBeNull();
    expect(await repositoryFiles(root)('sub/tare.toml/deeper')).toBeNull();
    expect((await repositoryFiles(root)('large.toml'))?.length).toBe(MAX_FILE_BYTES + 1);
  });

  test('refuses a folder', async () => {
    await expect(repositoryFiles(root)('folder.toml')).rejects.toThrow(
      new UserError('folder.toml is not a file; make it one, or remove it'),
    );
  });

  // Links need a privilege on Windows.
  test.runIf(process.platform !== 'win32')('follows links inside the repository only', async () => {
    await symlink('sub/tare.toml', join(root, 'inside.toml'));
    await symlink(join(outside, 'secret.toml'), join(root, 'escape.toml'));
    await symlink(outside, join(root, 'escape'));
    await symlink('loop.toml', join(root, 'loop.toml'));
    await symlink('nothing', join(root, 'dangling.toml'));
    expect(await repositoryFiles(root)('inside.toml')).not.toBeNull();
    expect(await repositoryFiles(root)('dangling.toml')).toBeNull();
    for (const path of ['escape.toml', 'escape/secret.toml']) {
      await expect(repositoryFiles(root)(path)).rejects.toThrow(
        new UserError(`${path} is a link out of the repository; make it a file inside it`),
      );
    }
    await expect(repositoryFiles(root)('loop.toml')).rejects.toThrow(/ELOOP/);
  });

  test.runIf(process.platform !== 'win32')('refuses a device without reading it', async () => {
    await expect(repositoryFiles('/')('dev/zero')).rejects.toThrow(UserError);
  });

  test('is what loadConfig reads through', async () => {
    const readFile = repositoryFiles(root);
    const request = { root, directory: 'sub', file: null, overrides: NO_OVERRIDES, readFile };
    const config = await loadConfig(request);
    expect(config).toMatchObject({ file: 'sub/tare.toml', configurations: [{ profile: 'sub' }] });
    await expect(loadConfig({ ...request, file: 'large.toml' })).rejects.toThrow(
      new UserError('large.toml is larger than 256 KiB; a configuration file must be smaller'),
    );
  });

  test('lets a terminal name a file anywhere, and only a terminal', async () => {
    const readFile = repositoryFiles(root);
    const request = { root, directory: '.', overrides: NO_OVERRIDES, readFile };
    const file = join(outside, 'secret.toml');
    const config = await loadConfig({ ...request, file, fileAnywhere: true });
    expect(config).toMatchObject({ file, configurations: [{ profile: 'secret' }] });
    const inside = await loadConfig({ ...request, file: join(root, 'sub', 'tare.toml'), fileAnywhere: true });
    expect(inside.file).toBe('sub/tare.toml');
    await expect(loadConfig({ ...request, file })).rejects.toThrow(/outside the repository/);
    const missing = join(outside, 'none.toml');
    await expect(loadConfig({ ...request, file: missing, fileAnywhere: true })).rejects.toThrow(
      /does not exist/,
    );
  });
});
