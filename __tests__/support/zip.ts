import { deflateRawSync } from 'node:zlib';
import { crc32 } from '../../src/jobs/publish/zip.ts';

/** One entry of an archive; what is left out is as actions/upload-artifact writes it. */
export interface ZipEntry {
  readonly name: string;
  readonly content?: Buffer | string;
  /** 8: deflated, 0: stored. */
  readonly method?: number;
  readonly flags?: number;
  /** Unix mode in the upper half. */
  readonly attributes?: number;
  readonly madeBy?: number;
  /** As they stand in the directory; default: true ones. */
  readonly size?: number;
  readonly packedSize?: number;
  readonly crc?: number;
  readonly offset?: number;
  /** Name in the local header. */
  readonly localName?: string;
  readonly extra?: Buffer;
}

export interface ZipOptions {
  /** Number of entries that the end record gives. */
  readonly count?: number;
  readonly comment?: string;
  /** In front of and behind everything. */
  readonly before?: Buffer;
  readonly after?: Buffer;
  /** Offset of the directory that the end record gives. */
  readonly directoryOffset?: number;
}

const STREAMED = 0x0008;
const REGULAR = 0o100644 * 0x10000;

/** An archive, streamed as actions/upload-artifact does: the sizes stand behind the file and in the directory. */
export function zipOf(entries: readonly ZipEntry[], options: ZipOptions = {}): Buffer {
  const files: Buffer[] = [options.before ?? Buffer.alloc(0)];
  const directory: Buffer[] = [];
  let offset = files[0]?.length ?? 0;
  for (const entry of entries) {
    const content = Buffer.from(entry.content ?? '');
    const packed = entry.method === 0 ? content : deflateRawSync(content);
    const sums = { crc: crc32(content), packed: packed.length, size: content.length };
    const file = Buffer.concat([localHeader(entry), packed, descriptor(sums)]);
    files.push(file);
    directory.push(centralHeader(entry, sums, offset));
    offset += file.length;
  }
  const central = Buffer.concat(directory);
  const end = endRecord(options.count ?? entries.length, central.length, offset, options);
  return Buffer.concat([...files, central, end, options.after ?? Buffer.alloc(0)]);
}

interface Sums {
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
}

function localHeader(entry: ZipEntry): Buffer {
  const name = Buffer.from(entry.localName ?? entry.name);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE(entry.flags ?? STREAMED, 6);
  header.writeUInt16LE(entry.method ?? 8, 8);
  header.writeUInt16LE(name.length, 26);
  return Buffer.concat([header, name]);
}

function descriptor({ crc, packed, size }: Sums): Buffer {
  const record = Buffer.alloc(16);
  record.writeUInt32LE(0x08074b50, 0);
  record.writeUInt32LE(crc, 4);
  record.writeUInt32LE(packed, 8);
  record.writeUInt32LE(size, 12);
  return record;
}

function centralHeader(entry: ZipEntry, sums: Sums, offset: number): Buffer {
  const name = Buffer.from(entry.name);
  const extra = entry.extra ?? Buffer.alloc(0);
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(entry.madeBy ?? 0x032d, 4);
  header.writeUInt16LE(20, 6);
  header.writeUInt16LE(entry.flags ?? STREAMED, 8);
  header.writeUInt16LE(entry.method ?? 8, 10);
  header.writeUInt32LE(entry.crc ?? sums.crc, 16);
  header.writeUInt32LE(entry.packedSize ?? sums.packed, 20);
  header.writeUInt32LE(entry.size ?? sums.size, 24);
  header.writeUInt16LE(name.length, 28);
  header.writeUInt16LE(extra.length, 30);
  header.writeUInt32LE(entry.attributes ?? REGULAR, 38);
  header.writeUInt32LE(entry.offset ?? offset, 42);
  return Buffer.concat([header, name, extra]);
}

function endRecord(count: number, length: number, offset: number, options: ZipOptions): Buffer {
  const comment = Buffer.from(options.comment ?? '');
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(length, 12);
  end.writeUInt32LE(options.directoryOffset ?? offset, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([end, comment]);
}
