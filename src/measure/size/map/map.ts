import { statSync } from 'node:fs';
import { ColumnsReader } from './columns.ts';
import { GnuReader } from './gnu.ts';
import { Ld64Reader } from './ld64.ts';
import { forEachLine } from './lines.ts';
import { MsvcReader } from './msvc.ts';
import { type MapReader, type MapSink, UnreadableMap } from './sink.ts';

export type MapDialect = 'GNU ld' | 'lld' | 'mold' | 'ld64' | 'MSVC';

/** Largest map that is read, in bytes: of a program with some millions of sections. */
export const MAX_MAP_BYTES = 400_000_000;
/** Lines that are looked at to know the dialect. */
const FIRST_LINES = 50;

/**
 * Reads a link map of any known dialect, whatever its size in bounded memory.
 * Errors: {@link UnreadableMap} for one of an unknown dialect, of more than {@link MAX_MAP_BYTES}, cut off, or beyond a bound of its
 * dialect; the system's when it cannot be read; what the sink throws.
 */
export function readMap(path: string, sink: MapSink): MapDialect {
  const { size } = statSync(path);
  if (size > MAX_MAP_BYTES) {
    throw new UnreadableMap(`it has ${size} bytes, more than ${MAX_MAP_BYTES}`);
  }
  const first: string[] = [];
  let found: { readonly dialect: MapDialect; readonly reader: MapReader } | null = null;
  forEachLine(path, (line) => {
    if (found !== null) return found.reader.line(line);
    first.push(line);
    const dialect = dialectOf(line);
    if (dialect !== null) {
      found = { dialect, reader: readerOf(dialect, sink) };
      for (const earlier of first) found.reader.line(earlier);
    } else if (first.length >= FIRST_LINES) throw unknown();
  });
  return ended(found);
}

function ended(found: { readonly dialect: MapDialect; readonly reader: MapReader } | null): MapDialect {
  if (found === null) throw unknown();
  found.reader.end();
  return found.dialect;
}

function unknown(): UnreadableMap {
  return new UnreadableMap('it is in no dialect that Tare knows (GNU ld, lld, mold, ld64, MSVC)');
}

function dialectOf(line: string): MapDialect | null {
  if (/^\s*VMA\s+LMA\s+Size\s+Align\s+Out\s+In\s+Symbol\s*$/.test(line)) return 'lld';
  if (/^\s*VMA\s+Size\s+Align\s+Out\s+In\s+Symbol\s*$/.test(line)) return 'mold';
  if (/^(Archive member included|As-needed library included|Discarded input sections)/.test(line))
    return 'GNU ld';
  if (/^(Merging program properties|Memory Configuration|Linker script and memory map)/.test(line)) {
    return 'GNU ld';
  }
  if (/^# Path:/.test(line)) return 'ld64';
  return /^ (Timestamp is |Preferred load address is )/.test(line) ? 'MSVC' : null;
}

function readerOf(dialect: MapDialect, sink: MapSink): MapReader {
  switch (dialect) {
    case 'lld':
    case 'mold':
      return new ColumnsReader(sink, dialect);
    case 'GNU ld':
      return new GnuReader(sink);
    case 'ld64':
      return new Ld64Reader(sink);
    case 'MSVC':
      return new MsvcReader(sink);
  }
}
