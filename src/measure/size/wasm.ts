import { requireSectionCount, type Section, type SectionKind } from './sections.ts';
import { type ByteSource, readBytes } from './source.ts';
import { unreadable } from './unreadable.ts';

/** Names of a core module's sections by id (WebAssembly specification, "Binary Format", "Modules"). */
const CORE = [
  'custom',
  'type',
  'import',
  'function',
  'table',
  'memory',
  'global',
  'export',
  'start',
  'element',
  'code',
  'data',
  'data count',
  'tag',
] as const;
/** Names of a component's sections by id (component model, "Binary"). */
const COMPONENT = [
  'custom',
  'core module',
  'core instance',
  'core type',
  'component',
  'instance',
  'alias',
  'type',
  'canon',
  'start',
  'import',
  'export',
  'value',
] as const;
const MAX_DEPTH = 32;
/** An id, a size and a custom section's name and its length. */
const HEAD = 1 + 5 + 5 + 256;

/**
 * The sections of a WebAssembly core module, or of a component with the modules and components nested in it.
 * Bytes are a section's payload, without its id and length. A component's own sections are `other`.
 * Errors: {@link UnreadableProgram}.
 */
export function readWasm(source: ByteSource): Section[] {
  const sections: Section[] = [];
  readModule(source, 0, source.size, 0, sections);
  return sections;
}

function readModule(source: ByteSource, start: number, end: number, depth: number, into: Section[]): void {
  if (depth > MAX_DEPTH) unreadable(`components are nested more than ${MAX_DEPTH} deep`);
  const preamble = end - start < 8 ? [] : [...readBytes(source, start, 8, 'WebAssembly preamble')];
  const [, , , , version, , layer] = preamble;
  if (preamble.slice(0, 4).join() !== '0,97,115,109')
    unreadable('WebAssembly preamble: it is missing or cut off');
  const names = layer === 1 ? COMPONENT : CORE;
  if (
    layer === undefined ||
    layer > 1 ||
    version !== (layer === 1 ? 0x0d : 1) ||
    preamble[5] ||
    preamble[7]
  ) {
    unreadable(`WebAssembly preamble: version ${version} of layer ${layer} is unknown`);
  }

  for (let at = start + 8; at < end; ) {
    const head = readBytes(source, at, Math.min(HEAD, end - at), 'section header');
    const id = head[0] ?? 0;
    const name: string | undefined = names[id];
    if (name === undefined) unreadable(`section id ${id} at offset ${at} is unknown`);
    const size = readLeb(head, 1, `size of the section at offset ${at}`);
    const payload = at + size.next;
    if (size.value > end - payload) {
      unreadable(`section ${name} at offset ${at} has ${size.value} bytes, but only ${end - payload} follow`);
    }
    at = payload + size.value;
    requireSectionCount(into.length + 1);
    if (layer === 1 && (id === 1 || id === 4)) readModule(source, payload, at, depth + 1, into);
    else into.push(sectionOf(head, size, id, name, layer === 1));
  }
}

function sectionOf(head: Uint8Array, size: Leb, id: number, name: string, isComponent: boolean): Section {
  if (id !== 0) {
    const kind = isComponent ? 'other' : name === 'code' ? 'text' : name === 'data' ? 'data' : 'other';
    return { name: `[${name}]`, kind, bytes: size.value };
  }
  const length = readLeb(head, size.next, 'length of a custom section name');
  if (length.next + length.value > size.next + size.value)
    unreadable('a custom section is shorter than its name');
  const custom = Buffer.from(head.subarray(length.next, length.next + Math.min(256, length.value)));
  return { name: custom.toString('latin1'), kind: customKind(custom.toString('latin1')), bytes: size.value };
}

function customKind(name: string): SectionKind {
  if (name === 'name') return 'symbol';
  if (/^(\.debug_|sourceMappingURL$|external_debug_info$)/.test(name)) return 'debug';
  return /^dylink(\.0)?$/.test(name) ? 'other' : 'none';
}

interface Leb {
  readonly value: number;
  /** Position behind the number. */
  readonly next: number;
}

/** An unsigned 32-bit LEB128 number. Errors: {@link UnreadableProgram} where it is longer than 5 bytes, larger or cut off. */
function readLeb(bytes: Uint8Array, at: number, what: string): Leb {
  let value = 0;
  for (let index = 0; index < 5; index++) {
    const byte = bytes[at + index];
    if (byte === undefined) unreadable(`${what}: the number is cut off`);
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80 && value < 2 ** 32) return { value, next: at + index + 1 };
  }
  return unreadable(`${what}: the number has more than 32 bits`);
}
