/**
 * How long the sections of a large executable take to read, and how much memory: `node benchmarks/size-read.ts [--megabytes 150] [--runs 20]
 * [--gzip] [PROGRAM…]`. Without programs it lets Go build one of that size for Linux, macOS and Windows.
 * Goal: under half a second for 150 MB.
 */
import { execFileSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureProgram, readProgramFile } from '../src/measure/size/program.ts';

const TARGETS = [
  ['linux', 'amd64'],
  ['darwin', 'arm64'],
  ['windows', 'amd64'],
] as const;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    megabytes: { type: 'string', default: '150' },
    runs: { type: 'string', default: '20' },
    gzip: { type: 'boolean', default: false },
  },
});
for (const path of positionals) await measure(path, Number(values.runs), values.gzip);
if (positionals.length === 0) measureBuilt();

/** Each program in a process of its own, whose memory is not that of the build or of the program before. */
function measureBuilt(): void {
  const folder = mkdtempSync(join(tmpdir(), 'tare-size-read-'));
  try {
    const flags = ['--runs', values.runs, ...(values.gzip ? ['--gzip'] : [])];
    for (const path of build(folder, Number(values.megabytes))) {
      execFileSync(process.execPath, [import.meta.filename, ...flags, path], { stdio: 'inherit' });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(path: string, runs: number, gzip: boolean): Promise<void> {
  const before = process.resourceUsage().maxRSS;
  const milliseconds: number[] = [];
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    readProgramFile(path);
    milliseconds.push(performance.now() - start);
  }
  const memory = (process.resourceUsage().maxRSS - before) / 1024;
  const { format, sections, size } = readProgramFile(path);
  const sorted = milliseconds.toSorted((a, b) => a - b);
  console.log(
    `${format}: ${megabytes(statSync(path).size)} MB, ${sections.length} sections, loadable ${megabytes(size.loadable)} MB; ` +
      `first ${milliseconds[0]?.toFixed(1)} ms, median ${sorted[Math.floor(runs / 2)]?.toFixed(2)} ms, ` +
      `slowest ${sorted.at(-1)?.toFixed(1)} ms of ${runs}; peak memory +${memory.toFixed(1)} MiB`,
  );
  if (gzip) await measureGzip(path);
}

async function measureGzip(path: string): Promise<void> {
  const before = process.resourceUsage().maxRSS;
  const start = performance.now();
  await measureProgram('program', path, { gzip: true });
  const seconds = (performance.now() - start) / 1000;
  const memory = (process.resourceUsage().maxRSS - before) / 1024;
  console.log(`  with gzip -9: ${seconds.toFixed(1)} s; peak memory +${memory.toFixed(1)} MiB`);
}

/** Go programs that embed a file; in a build cache of their own, which would otherwise keep it. */
function build(into: string, size: number): string[] {
  writeFileSync(join(into, 'go.mod'), 'module payload\n\ngo 1.21\n');
  writeFileSync(join(into, 'payload.bin'), randomFillSync(Buffer.alloc(size * 1_000_000)));
  writeFileSync(
    join(into, 'main.go'),
    'package main\n\nimport _ "embed"\n\n//go:embed payload.bin\nvar payload string\n\n' +
      'func main() { println(len(payload), payload[len(payload)-1]) }\n',
  );
  return TARGETS.map(([system, architecture]) => {
    const file = join(into, `payload-${system}-${architecture}`);
    execFileSync('go', ['build', '-o', file, '.'], {
      cwd: into,
      stdio: 'inherit',
      env: {
        ...process.env,
        GOOS: system,
        GOARCH: architecture,
        CGO_ENABLED: '0',
        GOFLAGS: '',
        GOCACHE: join(into, 'cache'),
      },
    });
    return file;
  });
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
