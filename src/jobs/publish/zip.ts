import { inflateRawSync } from 'node:zlib';

/** Why an archive is not used: one line without a full stop. */
export class ZipRefused extends Error {
  override readonly name = 'ZipRefused';
}

/**
 * The content of the one file that an archive may hold. Anybody may have made the archive: nothing in it is believed before it
 * is checked, nothing is written, and no more than `maxBytes` are ever unpacked. Refused are more entries than one, another
 * name (so every path), a folder, link or device, encryption, ZIP64, other methods than deflate, and sizes, offsets or a
 * checksum that do not fit. Source: PKWARE's APPNOTE 6.3.10, 4.3 and 4.4. Errors: ZipRefused.
 */
export function readOnlyEntry(archive: Uint8Array, name: string, maxBytes: number): Uint8Array {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  const directory = readEnd(bytes);
  const entry = readDirectory(bytes, directory);
  if (entry.name !== name) {
    throw new ZipRefused(`its file is called ${quoted(entry.name)}; expected ${quoted(name)}`);
  }
  checkKind(entry);
  if (entry.size > maxBytes) {
    throw new ZipRefused(`its file unpacks to ${entry.size} bytes, and at most ${maxBytes} are read`);
  }
  const content = unpack(entry, packedBytes(bytes, entry, directory.offset));
  if (crc32(content) !== entry.crc)
    throw new ZipRefused('its file does not have the checksum it was packed with');
  return content;
}

interface Directory {
  readonly offset: number;
  /** Where the record behind the directory begins. */
  readonly end: number;
}

interface Entry {
  readonly name: string;
  /** As in the file. */
  readonly rawName: Buffer;
  /** Upper byte of "version made by": the system whose attributes these are. */
  readonly system: number;
  readonly attributes: number;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  /** Of its local header. */
  readonly offset: number;
}

const END = { signature: 0x06054b50, length: 22, maxComment: 0xffff };
const CENTRAL = { signature: 0x02014b50, length: 46 };
const LOCAL = { signature: 0x04034b50, length: 30 };
/** Stands for "see the ZIP64 record". */
const ELSEWHERE = { short: 0xffff, long: 0xffffffff };

/** The end record of the central directory, which ends the file with its comment. */
function readEnd(bytes: Buffer): Directory {
  const first = Math.max(0, bytes.length - END.length - END.maxComment);
  for (let at = bytes.length - END.length; at >= first; at -= 1) {
    if (bytes.readUInt32LE(at) !== END.signature) continue;
    if (at + END.length + bytes.readUInt16LE(at + 20) !== bytes.length) continue;
    return checkedEnd(bytes, at);
  }
  throw new ZipRefused('it is not a ZIP archive');
}

function checkedEnd(bytes: Buffer, end: number): Directory {
  const [disk, startDisk] = [bytes.readUInt16LE(end + 4), bytes.readUInt16LE(end + 6)];
  const [here, all] = [bytes.readUInt16LE(end + 8), bytes.readUInt16LE(end + 10)];
  const [length, offset] = [bytes.readUInt32LE(end + 12), bytes.readUInt32LE(end + 16)];
  if (all === ELSEWHERE.short || length === ELSEWHERE.long || offset === ELSEWHERE.long) {
    throw new ZipRefused('it is a ZIP64 archive, which no report needs');
  }
  if (disk !== 0 || startDisk !== 0 || here !== all) throw new ZipRefused('it is a part of a split archive');
  if (all !== 1) throw new ZipRefused(`it holds ${all} files; expected one`);
  if (offset + length !== end) throw new ZipRefused('its directory does not end where it says');
  return { offset, end };
}

function readDirectory(bytes: Buffer, { offset, end }: Directory): Entry {
  if (offset + CENTRAL.length > end || bytes.readUInt32LE(offset) !== CENTRAL.signature) {
    throw new ZipRefused('its directory cannot be read');
  }
  const nameLength = bytes.readUInt16LE(offset + 28);
  const total =
    CENTRAL.length + nameLength + bytes.readUInt16LE(offset + 30) + bytes.readUInt16LE(offset + 32);
  // Exactly one entry: whatever else stood here would be read by another tool.
  if (offset + total !== end) throw new ZipRefused('its directory holds more than one file');
  const rawName = bytes.subarray(offset + CENTRAL.length, offset + CENTRAL.length + nameLength);
  return {
    name: rawName.toString('utf8'),
    rawName,
    system: bytes.readUInt8(offset + 5),
    flags: bytes.readUInt16LE(offset + 8),
    method: bytes.readUInt16LE(offset + 10),
    crc: bytes.readUInt32LE(offset + 16),
    packed: bytes.readUInt32LE(offset + 20),
    size: bytes.readUInt32LE(offset + 24),
    attributes: bytes.readUInt32LE(offset + 38),
    offset: bytes.readUInt32LE(offset + 42),
  };
}

/** Bits of the flags: encrypted, patched, strongly encrypted, masked headers. */
const UNWANTED_FLAGS = 0x1 | 0x20 | 0x40 | 0x2000;
/** The two systems whose attributes hold a Unix mode in their upper half. */
const UNIX = [3, 19];
const FILE_TYPE = 0o170000;
const REGULAR = 0o100000;
const DOS_FOLDER = 0x10;
const METHODS = { stored: 0, deflated: 8 };

function checkKind({ flags, method, system, attributes, packed, size, offset }: Entry): void {
  if ((flags & UNWANTED_FLAGS) !== 0) throw new ZipRefused('its file is encrypted or a patch');
  if ([packed, size, offset].includes(ELSEWHERE.long)) {
    throw new ZipRefused('it is a ZIP64 archive, which no report needs');
  }
  const type = UNIX.includes(system) ? (attributes >>> 16) & FILE_TYPE : 0;
  if ((type !== 0 && type !== REGULAR) || (attributes & DOS_FOLDER) !== 0) {
    throw new ZipRefused('its entry is a link, a folder or a device; expected a regular file');
  }
  if (method !== METHODS.stored && method !== METHODS.deflated) {
    throw new ZipRefused(`its file is packed by method ${method}; expected deflate`);
  }
}

function packedBytes(bytes: Buffer, entry: Entry, directory: number): Buffer {
  const { offset, rawName, packed, method } = entry;
  const misplaced = new ZipRefused('its file does not lie where its directory says');
  if (offset + LOCAL.length > directory || bytes.readUInt32LE(offset) !== LOCAL.signature) throw misplaced;
  const nameEnd = offset + LOCAL.length + bytes.readUInt16LE(offset + 26);
  const start = nameEnd + bytes.readUInt16LE(offset + 28);
  if (start + packed > directory) throw misplaced;
  const same =
    bytes.subarray(offset + LOCAL.length, nameEnd).equals(rawName) &&
    bytes.readUInt16LE(offset + 8) === method;
  if (!same) throw new ZipRefused('its file and its directory say different things of it');
  return bytes.subarray(start, start + packed);
}

function unpack({ method, size }: Entry, packed: Buffer): Buffer {
  const content = method === METHODS.stored ? packed : inflate(packed, size);
  if (content.length !== size)
    throw new ZipRefused('its file does not have the size that its directory says');
  return content;
}

function inflate(packed: Buffer, size: number): Buffer {
  try {
    // Zero is no limit to zlib.
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, size) });
  } catch {
    throw new ZipRefused('its file cannot be unpacked, or is larger than its directory says');
  }
}

/** CRC-32 of ISO 3309, bit-reversed polynomial 0xEDB88320, as ZIP uses it. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (TABLE[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, start) => {
  let value = start;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});

function quoted(text: string): string {
  return JSON.stringify(text.length > 120 ? `${text.slice(0, 120)}…` : text);
}
