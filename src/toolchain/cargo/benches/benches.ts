import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { BuiltBenches, FailedBench } from '../../bench.ts';
import type { BuildRequest } from '../../toolchain.ts';
import { openAgain, withDependencies } from '../again.ts';
import type { CargoPorts } from '../cargo.ts';
import { incremental } from '../environment.ts';
import type { Artifact } from '../messages.ts';
import { benchArguments } from '../plan.ts';
import { actualProfile } from '../profile.ts';
import { isFileInside } from '../programs.ts';
import type { Project } from '../project.ts';
import type { RustcCall } from '../rustc-call.ts';
import { keepingShipped } from '../shipped.ts';
import { buildBenches } from './bench-build.ts';
import { type BenchTarget, benchTargets, targetArguments } from './bench-targets.ts';
import { hasBuiltInBenchmarks } from './built-in.ts';
import { type Candidate, interview } from './interview.ts';
import { startedBy } from './started.ts';

/** As {@link Toolchain.benches}: builds the benchmark programs of the selected packages with the `bench` profile and asks each. */
export async function benches(ports: CargoPorts, request: BuildRequest): Promise<BuiltBenches> {
  const { configuration, scratch, jobs } = request;
  const again = await openAgain(ports, request);
  const { caller, project, buildDirectory } = again;
  const { targets, warnings } = benchTargets({
    packages: project.selection.packages,
    configuration,
    isUnstable: takesUnstable(project, { ...ports.environment, ...configuration.env }),
    manifestOf: (from) => readFileSync(from.manifest_path, 'utf8'),
    hasBuiltIn: hasBuiltInBenchmarks,
  });
  if (targets.length === 0) return { programs: [], identity: {}, warnings };
  const args = benchArguments(project.plan, targetArguments(targets), buildDirectory, jobs);
  const env = incremental(false, configuration.env, ports.environment);
  const built = await withDependencies(ports, again, configuration.target, () =>
    keepingShipped(buildDirectory, scratch, () => buildBenches(caller, args, env, ports.logger)),
  );
  const found = candidates(built.artifacts, targets, buildDirectory, project.host);
  const missing = targets.filter((target) => !found.some((one) => isOf(one, target)));
  const interviewer = {
    runner: ports.runner,
    env: configuration.env,
    home: path.join(scratch, 'bench-home'),
  };
  const asked: Awaited<ReturnType<typeof interview>>[] = [];
  for (const candidate of found) {
    ports.logger.progress(`listing benchmarks: ${candidate.name}`);
    const told = await interview(interviewer, candidate);
    const starts = told.bench === null ? [] : await startedBy(candidate.path, built.artifacts);
    asked.push(starts.length === 0 ? told : { ...told, bench: told.bench && { ...told.bench, starts } });
  }
  const told = [...warnings, ...asked.flatMap((one) => one.warnings)];
  return {
    programs: asked.flatMap(({ bench }) => (bench === null ? [] : [bench])),
    failed: [
      ...notCompiled(missing, built.failure),
      ...asked.flatMap(({ failed }) => (failed === null ? [] : [failed])),
    ],
    identity: profileOf(built.calls, targets, project.host),
    warnings: told.map(oneLine),
  };
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 1000);
}

/** Whether `#![feature]` compiles: a nightly toolchain, or a user who says so. */
function takesUnstable(project: Project, environment: Readonly<Record<string, string | undefined>>): boolean {
  return /-(nightly|dev)\b/.test(project.cargo) || Boolean(environment['RUSTC_BOOTSTRAP']);
}

/** The folder of the bench profile; for a target that was asked for it lies in a folder of the target's name. */
const HERE = 'release';

/** By cargo's own account; a message that points elsewhere is not cargo's. */
function candidates(
  artifacts: readonly Artifact[],
  targets: readonly BenchTarget[],
  buildDirectory: string,
  host: string,
): Candidate[] {
  return targets.flatMap((target) => {
    const { package: from, kind, name } = target;
    const artifact = artifacts.find(
      (one) =>
        one.package_id === from.id &&
        one.target.kind.includes(kind) &&
        one.target.name === name &&
        one.profile?.test === true,
    );
    const file = artifact?.executable;
    if (file == null || !isFileInside(file, buildDirectory)) return [];
    const dependencies = new Set((from.dependencies ?? []).map((dependency) => dependency.name));
    const directory = path.dirname(from.manifest_path);
    const isForeign = ![HERE, host].includes(path.relative(buildDirectory, file).split(path.sep, 1)[0] ?? '');
    return [{ name, kind, package: from.name, path: file, directory, dependencies, isForeign }];
  });
}

function isOf(candidate: Candidate, target: BenchTarget): boolean {
  return (
    candidate.name === target.name &&
    candidate.kind === target.kind &&
    candidate.package === target.package.name
  );
}

const MAX_OUTPUT = 8000;

/** The complaint is one of all, so the first of them has it whole. */
function notCompiled(targets: readonly BenchTarget[], failure: string | null): FailedBench[] {
  const complaint = failure ?? 'cargo gave no executable';
  const first = complaint.split('\n', 1)[0] ?? '';
  return targets.map(({ package: from, name }, index) => ({
    name,
    message: oneLine(`the benchmark program of package ${from.name} does not compile: ${first}`),
    output: index === 0 ? complaint.slice(0, MAX_OUTPUT) : '',
  }));
}

/** What the first benchmark's compiler was told. */
function profileOf(
  calls: readonly RustcCall[],
  targets: readonly BenchTarget[],
  target: string,
): Record<string, string> {
  const crates = new Set(targets.map(({ name }) => name.replaceAll('-', '_')));
  const call = calls.findLast((one) => crates.has(one.crateName));
  if (call === undefined) return {};
  const fields = Object.entries(actualProfile(call, null, call.target ?? target));
  return {
    'profile.name': 'bench',
    ...Object.fromEntries(fields.map(([key, value]) => [`profile.${key}`, value])),
  };
}
