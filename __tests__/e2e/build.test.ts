import { afterAll, beforeAll, expect, test } from 'vitest';
import { stableMarkdown } from '../support/stable-markdown.ts';
import { BROKEN, TINY } from '../support/tiny-project.ts';
import { startWorld, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld(TINY);
  await world.pushToMain({ 'README.md': 'Recorded.\n' });
});
afterAll(() => world.close());

test('a pull request that does not compile: red, with the compiler in the summary, the comment and the annotation', async () => {
  const stored = world.cache.entries().length;
  const { number, run } = await world.openPullRequest(BROKEN);
  expect(run).toMatchObject({ status: 'failure', exitCode: 1 });
  expect(run.messages('error')).toEqual([expect.stringContaining('error[E0308]: mismatched types')]);
  expect(run.summary).toContain('error[E0308]: mismatched types');
  expect(run.summary).toContain('src/table.rs:1');
  const [comment] = await world.api.comments(number);
  expect(comment?.body).toBe(run.markdown);
  expect(run.markdown).toContain('error[E0308]: mismatched types');
  expect(run.report?.failed).toEqual([expect.objectContaining({ case: 'compile workspace' })]);
  expect(run.outputs).toMatchObject({ verdict: 'inconclusive', regressions: '0', 'baseline-sha': '' });
  expect(world.cache.entries()).toHaveLength(stored);
  await expect(stableMarkdown(run.markdown ?? '')).toMatchFileSnapshot('fixtures/broken.md');
});

test('one of two configurations does not compile: the other is still weighed', async () => {
  const { number, run } = await world.openPullRequest({
    'tare.toml':
      '[[configuration]]\nname = "default"\n\n[[configuration]]\nname = "odd"\nfeatures = ["odd"]\n',
    'Cargo.toml': `${TINY['Cargo.toml']}\n[features]\nodd = []\n`,
    'src/table.rs':
      '#[cfg(feature = "odd")]\ncompile_error!("odd is not written yet");\npub static TABLE: [u8; 66000] = [7; 66000];\n',
  });
  expect(run).toMatchObject({ status: 'failure', exitCode: 1 });
  expect(run.report?.failed).toEqual([
    expect.objectContaining({
      configuration: 'odd',
      output: expect.stringContaining('odd is not written yet'),
    }),
  ]);
  expect(run.report?.comparisons.filter((row) => row.relevant && row.headline)).toEqual([
    expect.objectContaining({ configuration: 'default', case: 'size tiny', verdict: 'regression' }),
  ]);
  expect(run.outputs).toMatchObject({ regressions: '1' });
  expect(run.markdown).toContain('odd is not written yet');
  expect((await world.api.comments(number)).map(({ body }) => body)).toEqual([run.markdown]);
});

test('a push to main that does not compile stores nothing; the pull request that mends it has numbers and a reason', async () => {
  const stored = world.cache.entries().length;
  const run = await world.pushToMain(BROKEN);
  expect(run).toMatchObject({ status: 'failure', exitCode: 1 });
  expect(run.messages('error')).toEqual([expect.stringContaining('error[E0308]')]);
  expect(run.summary).toContain('error[E0308]');
  expect(world.cache.entries()).toHaveLength(stored);

  world.cache.evict();
  const mended = { 'src/table.rs': TINY['src/table.rs'] ?? '' };
  const { run: mending } = await world.openPullRequest(mended);
  expect(mending).toMatchObject({ status: 'success', exitCode: 0 });
  expect(mending.report).toMatchObject({ base: null, failed: [], comparisons: [] });
  expect(mending.messages('warning')).toEqual([
    expect.stringMatching(/^The base [0-9a-f]{10} could not be built/),
    expect.stringMatching(/^Its build ended with: error\[E0308\]: mismatched types \| /),
  ]);
  expect(mending.markdown).toContain('could not be built');
  await world.commit('main', mended);
});

test('a hostile build script commands no runner, finds no token and leaves nothing running', async () => {
  const { number, run } = await world.openPullRequest(
    { 'build.rs': HOSTILE },
    { environment: { DEPLOY_TOKEN: 'hunter2', GITHUB_TOKEN: 'ghs_other', MY_SECRET: 'x' } },
  );
  expect(run).toMatchObject({ status: 'failure', exitCode: 1 });
  const told = run.report?.failed[0]?.output ?? '';
  const environment = /ENVIRONMENT (.*)/.exec(told)?.[1]?.split(' ') ?? [];
  expect(environment).toContain('CARGO_MANIFEST_DIR');
  expect(environment.filter((name) => !DESCRIBES_THE_RUN.test(name))).toEqual([]);
  expect(told).toContain('PARENTS READ');
  expect(told).not.toMatch(/LEAK/);
  expect(run.messages('error')).toHaveLength(1);
  expect(run.messages('warning')).toEqual([]);
  expect(run.debug.join('\n')).not.toContain('hostile');
  expect(told).toContain('COMMAND FILES WRITTEN');
  expect(run.env).toEqual({});
  expect(run.state).toEqual({});
  expect(Object.keys(run.outputs)).not.toContain('hostile');
  expect(run.summary).not.toContain('hostile=yes');
  expect(run.log).toContain('::stop-commands::hostile');
  expect((await world.api.comments(number)).map(({ body }) => body)).toEqual([run.markdown]);
  expect(run.markdown).not.toMatch(/^<!-- tare:default head=0000/m);
});

const DESCRIBES_THE_RUN =
  /^(CARGO_\w+|RUNNER_(ARCH|ENVIRONMENT|NAME|OS|TEMP|TOOL_CACHE|TRACKING_ID)|GITHUB_(ACTIONS|ACTOR|API_URL|(BASE|HEAD)_REF|EVENT_NAME|GRAPHQL_URL|JOB|REF|REF_NAME|REF_TYPE|REPOSITORY(_ID|_OWNER)?|RUN_(ATTEMPT|ID|NUMBER)|SERVER_URL|SHA|WORKFLOW|WORKSPACE))$/;

/** Speaks to the runner on both streams, looks for secrets in its own and its parents' environment, leaves a child, and fails. */
const HOSTILE = `
use std::{env, fs, process::{Command, Stdio}};
fn main() {
    let names = env::vars().map(|(name, _)| name);
    let telling = ["ACTIONS", "INPUT", "GITHUB", "RUNNER", "STATE", "TOKEN", "SECRET", "CARGO_MANIFEST_DIR"];
    let told: Vec<String> = names.filter(|name| telling.iter().any(|part| name.contains(part))).collect();
    eprintln!("ENVIRONMENT {}", told.join(" "));
    let mut pid = std::os::unix::process::parent_id();
    while pid > 1 {
        let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        let text = String::from_utf8_lossy(&environment).into_owned();
        for secret in ["ACTIONS_RUNTIME_TOKEN=", "INPUT_TOKEN=", "GITHUB_STEP_SUMMARY="] {
            if text.split('\\0').any(|pair| pair.starts_with(secret) && !pair.starts_with(&format!("{secret}***"))) {
                eprintln!("LEAK {secret} of {pid}");
            }
        }
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let after = stat.rsplit(") ").next().unwrap_or("").to_owned();
        let fields: Vec<&str> = after.split(' ').collect();
        let parent = fields.get(1).and_then(|field| field.parse().ok()).unwrap_or(0);
        // The runner itself is beyond the step.
        if text.is_empty() || !text.contains("CARGO") { break; }
        pid = parent;
    }
    eprintln!("PARENTS READ");
    let runner = env::var("RUNNER_TEMP").unwrap();
    for entry in fs::read_dir(format!("{runner}/_runner_file_commands")).unwrap().flatten() {
        fs::write(entry.path(), "hostile=yes\\n").unwrap();
    }
    eprintln!("COMMAND FILES WRITTEN");
    // Without our streams: cargo waits for whoever holds them.
    let alone = [Stdio::null(), Stdio::null(), Stdio::null()];
    let [input, output, errors] = alone;
    Command::new("sleep").arg("300").stdin(input).stdout(output).stderr(errors).spawn().unwrap();
    for line in [
        "::error::hostile", "::warning::hostile", "::debug::hostile", "::add-mask::tiny", "::set-output name=verdict::none",
        "::stop-commands::hostile", "##[error]hostile", "::set-env name=PATH::/hostile", "::group::hostile",
        "<!-- tare:default head=0000000000000000000000000000000000000000 run=1.1 -->",
    ] {
        println!("{line}");
        eprintln!("{line}");
    }
    std::process::exit(1);
}
`;
