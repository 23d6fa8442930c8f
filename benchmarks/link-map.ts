/**
 * How long the bytes of a large program take to be named by its link map, in what memory, and what share of them has a name:
 * `node benchmarks/link-map.ts [--runs 5] MAP PROGRAM`, or `node benchmarks/link-map.ts --project DIR --package NAME --bin NAME
 * [--profile release] [--debug 2]`, which links that program with a map first. Goal: under 2 s and 400 MB for 50 MB of program with debug
 * information, and 97 % of the code named.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Attribution, SECTION_GROUPS } from '../src/measure/attribution.ts';
import { attributeByMap } from '../src/measure/size/attribution/attribute.ts';
import { readProgramFile } from '../src/measure/size/program.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '5' },
    project: { type: 'string' },
    package: { type: 'string', default: '' },
    bin: { type: 'string', default: '' },
    profile: { type: 'string', default: 'release' },
    debug: { type: 'string', default: '' },
  },
});
const [map = '', program = ''] = positionals;
if (values.project !== undefined) build(values.project);
else measure(map, program, Number(values.runs));

/** The reader in a process of its own, whose memory is not that of the build. */
function build(project: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'tare-link-map-'));
  try {
    const [written, target] = [join(folder, 'map'), join(folder, 'target')];
    const { package: name, bin, profile, debug } = values;
    const debugging = debug === '' ? [] : ['--config', `profile.${profile}.debug=${debug}`];
    const compiler = ['-C', `link-arg=-Wl,-Map=${written}`, '-C', 'link-arg=-Wl,--no-demangle'];
    const chosen = ['--profile', profile, '-p', name, '--bin', bin, '--target-dir', target];
    execFileSync('cargo', ['rustc', ...chosen, ...debugging, '--', ...compiler], {
      cwd: project,
      stdio: 'inherit',
    });
    const built = join(target, profile === 'dev' ? 'debug' : profile, bin);
    execFileSync(process.execPath, [import.meta.filename, '--runs', values.runs, written, built], {
      stdio: 'inherit',
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function measure(file: string, path: string, runs: number): void {
  const subject = { case: 'size program', path, packages: new Set<string>() };
  const before = process.resourceUsage().maxRSS;
  const seconds: number[] = [];
  const cpu: number[] = [];
  let attribution: Attribution | null = null;
  for (let run = 0; run < runs; run += 1) {
    const start = performance.now();
    const usage = process.cpuUsage();
    attribution = attributeByMap(subject, file);
    seconds.push((performance.now() - start) / 1000);
    const { user, system } = process.cpuUsage(usage);
    cpu.push((user + system) / 1e6);
  }
  const peak = process.resourceUsage().maxRSS;
  console.log(
    `program ${megabytes(statSync(path).size)} MB, map ${megabytes(statSync(file).size)} MB; first ${seconds[0]?.toFixed(2)} s (CPU ` +
      `${cpu[0]?.toFixed(2)} s), median ${median(seconds)} s (CPU ${median(cpu)} s) of ${runs}; peak memory ${(peak / 1024).toFixed(0)} MiB, ` +
      `${(before / 1024).toFixed(0)} MiB of them before`,
  );
  if (attribution !== null) shares(attribution, path);
}

/** The share of each section group that has a crate; the rows must add up to the program. */
function shares({ rows }: Attribution, path: string): void {
  const { size } = readProgramFile(path);
  const sum = (of: Attribution['rows']) => of.reduce((total, { bytes }) => total + bytes, 0);
  console.log(`  ${rows.length} rows, ${sum(rows)} bytes, loadable ${size.loadable} bytes`);
  const named = SECTION_GROUPS.filter((section) => size[section] > 0).map((section) => {
    const own = rows.filter((row) => row.section === section && row.crate !== null);
    return `${section} ${((sum(own) / size[section]) * 100).toFixed(2)} %`;
  });
  console.log(`  named: ${named.join(', ')}`);
}

function median(values: readonly number[]): string {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]?.toFixed(2) ?? '';
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
