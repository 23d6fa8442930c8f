import { describe, expect, test } from 'vitest';
import { BuildError } from '../../../../src/errors.ts';
import type { FinishedOwnBuild, OwnBuild, OwnCrates } from '../../../../src/toolchain/own-crates.ts';
import type { BuildRequest, Toolchain } from '../../../../src/toolchain/toolchain.ts';
import { type OwnWorkspace, ownWorkspace, vendored } from '../../../support/own-workspace.ts';
import { type Files, Folder, failureOf, session } from '../support.ts';

const SECONDS = 300;
const hasCrates = process.platform !== 'win32';

/** A head that is built, and its own crates. */
async function withOwn(
  head: Folder,
  work: (
    own: (project: Folder, scratch: Folder) => Promise<OwnCrates>,
    toolchain: Toolchain,
    request: BuildRequest,
  ) => Promise<void>,
): Promise<void> {
  await session(head, {}, async (toolchain, request) => {
    await toolchain.build(request);
    const opened: OwnCrates[] = [];
    const own = async (project: Folder, scratch: Folder) => {
      const crates = await toolchain.ownCrates?.(
        { ...request, directory: project.path, scratch: scratch.path },
        request.scratch,
      );
      if (crates === undefined) throw new Error('no own crates');
      opened.push(crates);
      return crates;
    };
    try {
      await work(own, toolchain, request);
    } finally {
      for (const crates of opened) crates.close();
    }
  });
}

function built(build: OwnBuild): FinishedOwnBuild {
  if (build.kind !== 'built') throw new Error(`expected a finished build, not ${build.kind}`);
  return build;
}

function project(shape: Partial<OwnWorkspace> & Pick<OwnWorkspace, 'vendor'>, more: Files = {}): Folder {
  return new Folder({ ...(ownWorkspace({ engine: 4, app: 2, ...shape }) as Files), ...more });
}

describe('own crates', { timeout: SECONDS * 1000 }, () => {
  test('of two sides are built again and again, on dependencies that are compiled once', async () => {
    using packages = new Folder(vendored('vendor') as Files);
    const vendor = `${packages.path}/vendor`;
    using head = project({ vendor });
    using base = project({ vendor, engine: 3 });
    using scratch = new Folder();
    using other = new Folder();
    const before = [head.snapshot(), base.snapshot()];
    await withOwn(head, async (own, toolchain, request) => {
      const sides = [await own(head, scratch), await own(base, other)];
      for (const side of [...sides, ...sides.reverse()]) {
        const { usage, crates, ...build } = built(await side.build(SECONDS));
        expect(build).toEqual({
          kind: 'built',
          foreign: [],
          kept: [],
          dependencies: ['leaf 1.0.0 lib '],
        });
        const cpu = (usage.userSeconds ?? 0) + (usage.systemSeconds ?? 0);
        expect(cpu).toBeGreaterThan(0);
        if (!hasCrates) return expect(crates).toBeNull();
        expect(crates?.map(({ name }) => name)).toEqual(['app', 'engine']);
        const sum = crates?.reduce((total, { seconds }) => total + seconds, 0) ?? 0;
        expect(sum).toBeGreaterThan(0);
        expect(sum).toBeLessThanOrEqual(cpu + 0.05);
      }
      expect(sides.map(({ toolchain }) => toolchain)).toEqual(
        Array(2).fill(expect.stringMatching(/^cargo 1\./)),
      );
      // The finished build was only read: nothing of it is compiled again.
      const again = await toolchain.build(request);
      expect(again.warnings).toContainEqual(expect.stringMatching(/^no compile time: 3 of 3 units/));
    });
    expect([head.snapshot(), base.snapshot()]).toEqual(before);
  });

  test('a much heavier crate costs more, and only it does', { retry: 2 }, async () => {
    using packages = new Folder(vendored('vendor') as Files);
    const vendor = `${packages.path}/vendor`;
    using head = project({ vendor, engine: 40 });
    using base = project({ vendor, engine: 2 });
    using scratch = new Folder();
    using other = new Folder();
    await withOwn(head, async (own) => {
      const after = built(await (await own(head, scratch)).build(SECONDS));
      const before = built(await (await own(base, other)).build(SECONDS));
      const cpu = ({ usage }: FinishedOwnBuild) => (usage.userSeconds ?? 0) + (usage.systemSeconds ?? 0);
      expect(cpu(after)).toBeGreaterThan(cpu(before) * 1.5);
      if (!hasCrates) return;
      const seconds = ({ crates }: FinishedOwnBuild, of: string) =>
        crates?.find(({ name }) => name === of)?.seconds ?? 0;
      expect(seconds(after, 'engine')).toBeGreaterThan(seconds(before, 'engine') * 2);
      expect(seconds(after, 'app')).toBeLessThan(seconds(after, 'engine'));
    });
  });

  test('dependencies in the repository are compiled for the other side once', async () => {
    using head = project({ vendor: 'vendor' }, vendored('vendor') as Files);
    using base = project({ vendor: 'vendor' }, vendored('vendor') as Files);
    using scratch = new Folder();
    await withOwn(head, async (own) => {
      const side = await own(base, scratch);
      expect(built(await side.build(SECONDS)).foreign).toEqual(['leaf']);
      expect(built(await side.build(SECONDS))).toMatchObject({ foreign: [], kept: [] });
    });
  });

  test('a dependency with another feature is another dependency', async () => {
    using packages = new Folder(vendored('vendor') as Files);
    const vendor = `${packages.path}/vendor`;
    using head = project({ vendor });
    using base = project(
      { vendor },
      {
        'engine/Cargo.toml':
          '[package]\nname = "engine"\nversion = "0.1.0"\nedition = "2021"\n[dependencies]\nleaf = { version = "1", features = ["extra"] }\n',
      },
    );
    using scratch = new Folder();
    await withOwn(head, async (own) => {
      const { dependencies } = built(await (await own(base, scratch)).build(SECONDS));
      expect(dependencies).toEqual(['leaf 1.0.0 lib extra']);
    });
  });

  test('end when their time is over', async () => {
    using packages = new Folder(vendored('vendor') as Files);
    const script = {
      'engine/build.rs': 'fn main() { std::thread::sleep(std::time::Duration::from_secs(3)); }\n',
    };
    using head = project({ vendor: `${packages.path}/vendor` }, script);
    using scratch = new Folder();
    await withOwn(head, async (own) => {
      const side = await own(head, scratch);
      expect(await side.build(1)).toEqual({ kind: 'late' });
      expect(built(await side.build(SECONDS))).toMatchObject({ foreign: [], kept: [] });
    });
  });

  test('that do not compile say so, and the project stays as it was', async () => {
    using packages = new Folder(vendored('vendor') as Files);
    const vendor = `${packages.path}/vendor`;
    using head = project({ vendor });
    using base = project({ vendor }, { 'engine/src/lib.rs': 'pub fn run(x: u64) -> u64 { "x" }\n' });
    using scratch = new Folder();
    const before = base.snapshot();
    await withOwn(head, async (own) => {
      const error = await failureOf((await own(base, scratch)).build(SECONDS));
      expect(error).toBeInstanceOf(BuildError);
    });
    expect(base.snapshot()).toEqual(before);
  });
});
