/**
 * Fuzzes the size readers: `node scripts/fuzz-size.ts [--seconds 60] [--seed N] [PROGRAM…]`.
 * Mutates the kept programs of the tests, and the given ones, and fails on anything but a size that adds up or an
 * UnreadableProgram, and on a run of more than a second. A failing input is written beside the temporary files.
 */
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bigEndian32, fat } from '../__tests__/measure/size/macho-files.ts';
import { readProgram } from '../src/measure/size/format.ts';
import { memorySource } from '../src/measure/size/source.ts';
import { UnreadableProgram } from '../src/measure/size/unreadable.ts';

const FIXTURES = join(import.meta.dirname, '..', '__tests__', 'measure', 'size', 'fixtures');
const EXTREME = [0, 1, 0x7f, 0x80, 0xff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];
/** Milliseconds. */
const SLOW = 1000;

type Random = (limit: number) => number;

main();

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seconds: { type: 'string', default: '60' },
      seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    },
  });
  const seeds = seedsOf(positionals);
  const random = generator(Number(values.seed));
  const end = Date.now() + Number(values.seconds) * 1000;
  const counts = { runs: 0, readable: 0, slowest: 0 };
  const reasons = new Set<string>();

  console.log(`${seeds.length} seeds, random seed ${values.seed}, ${values.seconds} s`);
  while (Date.now() < end) {
    const bytes = mutated(seeds, random);
    const start = performance.now();
    const reason = check(bytes);
    const duration = performance.now() - start;
    if (duration > SLOW) report(bytes, `took ${Math.round(duration)} ms`);
    counts.slowest = Math.max(counts.slowest, duration);
    counts.runs++;
    if (reason === undefined) counts.readable++;
    else reasons.add(reason.replaceAll(/"[^"]*"|0x[0-9a-f]+|\d+/g, '#'));
  }
  const rate = Math.round(counts.runs / Number(values.seconds));
  console.log(
    `${counts.runs} runs, ${rate} per second; ${counts.readable} readable; ${reasons.size} kinds of refusal; ` +
      `slowest ${counts.slowest.toFixed(1)} ms; no finding`,
  );
}

/** Why the bytes are refused, or `undefined` where they are readable. Anything else ends the process. */
function check(bytes: Buffer): string | undefined {
  try {
    const { size, sections } = readProgram(memorySource(bytes));
    const { loadable, text, rodata, data, unwind, relocation, other, debug, symbol, bss } = size;
    if (loadable !== text + rodata + data + unwind + relocation + other) report(bytes, 'does not add up');
    if (loadable + debug + symbol > bytes.length) report(bytes, 'is larger than its file');
    if (!Number.isSafeInteger(bss)) report(bytes, 'has no exact bss');
    if (!sections.every((section) => Number.isSafeInteger(section.bytes) && section.bytes >= 0)) {
      report(bytes, 'has an impossible section');
    }
    return undefined;
  } catch (error) {
    if (!(error instanceof UnreadableProgram)) return report(bytes, String(error));
    if (!/^[ -~]{1,500}$/.test(error.message)) report(bytes, `message ${JSON.stringify(error.message)}`);
    return error.message;
  }
}

function report(bytes: Buffer, problem: string): never {
  const file = join(mkdtempSync(join(tmpdir(), 'tare-fuzz-')), 'input');
  writeFileSync(file, bytes);
  console.error(`finding: ${problem}; input ${file}`);
  process.exit(1);
}

function seedsOf(paths: readonly string[]): Buffer[] {
  const kept = readdirSync(FIXTURES)
    .filter((name) => /\.(so|dylib|o|dll|wasm)$/.test(name))
    .map((name) => readFileSync(join(FIXTURES, name)));
  const made = [bigEndian32(), fat([bigEndian32(), bigEndian32()]), fat([bigEndian32()], true)];
  return [...kept, ...made, ...paths.map((path) => readFileSync(path))];
}

function mutated(seeds: readonly Buffer[], random: Random): Buffer {
  const seed = seeds[random(seeds.length)] ?? Buffer.alloc(0);
  let bytes: Buffer = Buffer.from(seed);
  const rounds = 1 + random(6);
  for (let round = 0; round < rounds; round++) bytes = mutatedOnce(bytes, seeds, random);
  return bytes;
}

function mutatedOnce(bytes: Buffer, seeds: readonly Buffer[], random: Random): Buffer {
  if (bytes.length === 0) return bytes;
  const at = place(bytes, random);
  const width = Math.min(1 << random(4), bytes.length - at);
  switch (random(9)) {
    case 0:
      return bytes.subarray(0, random(bytes.length));
    case 1: {
      const other = seeds[random(seeds.length)] ?? bytes;
      return Buffer.concat([bytes.subarray(0, at), other.subarray(random(other.length))]);
    }
    case 2: {
      const from = random(bytes.length);
      bytes.copy(bytes, at, from, from + random(200));
      return bytes;
    }
    case 3:
    case 4:
      for (let index = 0; index < width; index++) bytes[at + index] = random(256);
      return bytes;
    case 5:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + width)]);
    case 6:
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
      return bytes;
    default: {
      // A number of 1, 2, 4 or 8 bytes, in either byte order: an extreme or one near the file's size.
      const value =
        random(2) === 0 ? (EXTREME[random(EXTREME.length)] ?? 0) : bytes.length - 64 + random(128);
      const number = Buffer.alloc(8);
      if (random(2) === 0) number.writeBigUInt64LE(BigInt(Math.max(0, value)));
      else number.writeBigUInt64BE(BigInt(Math.max(0, value)));
      const part = number.readUInt32LE(0) === 0 ? number.subarray(8 - width) : number.subarray(0, width);
      part.copy(bytes, at);
      return bytes;
    }
  }
}

/** An offset, most often near the start or the end, where headers and tables are. */
function place(bytes: Buffer, random: Random): number {
  const near = random(Math.min(bytes.length, 2048));
  const choice = random(4);
  if (choice === 0) return random(bytes.length);
  return choice === 1 ? bytes.length - 1 - near : near;
}

/** Whole numbers below a limit, the same for the same seed (mulberry32). */
function generator(seed: number): Random {
  let state = seed | 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}
