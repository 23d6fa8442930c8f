import { type Attribution, MAX_ATTRIBUTION_ROWS, SECTION_GROUPS } from '../../attribution.ts';
import { readMap } from '../map/map.ts';
import { UnreadableMap } from '../map/sink.ts';
import { withProgramFile } from '../program.ts';
import { UnreadableProgram } from '../unreadable.ts';
import { crateOfName } from './crates.ts';
import { type Image, readImage } from './image.ts';
import type { Label, Named } from './ledger.ts';
import { PlacingSink } from './map-sink.ts';
import { Placement } from './placement.ts';
import { placeRelocations } from './relocations.ts';
import { placeSymbols } from './symbols.ts';
import { placeUnwind } from './unwind.ts';

/** A program whose bytes are to be named. */
export interface Subject {
  /** As in the values: `size rg`. */
  readonly case: string;
  /** The program that ships, absolute. */
  readonly path: string;
  /** Names of the packages in the build, as crates write them (`_` for `-`): those are never taken for the standard library's. */
  readonly packages: ReadonlySet<string>;
  /** Most rows; those beyond are added to their crate's. {@link MAX_ATTRIBUTION_ROWS} where left out. */
  readonly maxRows?: number;
}

/** A step of the ladder that cannot be taken. `message` is one line: why. */
export class CannotAttribute extends Error {
  override readonly name = 'CannotAttribute';
}

/** Share of the code that must have an owner, or the next step of the ladder is taken. */
const LEAST_NAMED = 0.5;

/**
 * Names the bytes of a program by the link map of the very link that made it.
 * Errors: {@link CannotAttribute} where the map cannot be read, is of another program or names too little.
 */
export function attributeByMap(subject: Subject, map: string): Attribution {
  return attempt('the link map', () =>
    withProgramFile(subject.path, (source) => {
      const placement = new Placement(readImage(source));
      const sink = new PlacingSink(placement);
      readMap(map, sink);
      checkSections(placement.image, sink);
      placeUnwind(source, placement);
      placeRelocations(source, placement);
      const named = rowsOf(placement, subject, !sink.hasUpstream);
      checkNamed(named.rows, placement.image);
      return { case: subject.case, method: 'link-map', fallback: null, ...named };
    }),
  );
}

/**
 * Names the code of a program by a symbol table: its own, or that of a program with the very same loadable sections (`twin`).
 * Crates are those that the names tell. `reason`: why there is no link map.
 * Errors: {@link CannotAttribute} where the twin is another program, or has no symbols.
 */
export function attributeBySymbols(subject: Subject, twin: string, reason: string): Attribution {
  return attempt('the symbol table', () =>
    withProgramFile(twin, (source) => {
      const placement = new Placement(readImage(source));
      if (twin !== subject.path) requireTwin(subject.path, placement.image);
      placeSymbols(source, placement);
      placeUnwind(source, placement);
      placeRelocations(source, placement);
      const named = rowsOf(placement, subject, true);
      checkNamed(named.rows, placement.image);
      return { case: subject.case, method: 'symbols', fallback: reason, ...named };
    }),
  );
}

/** Only the sums of the sections. Errors: UnreadableProgram, UserError. */
export function attributeBySections(subject: Subject, reason: string): Attribution {
  const { size } = withProgramFile(subject.path, readImage);
  const rows = SECTION_GROUPS.filter((section) => size[section] > 0).map((section) => ({
    crate: null,
    function: null,
    section,
    bytes: size[section],
    copies: 0,
  }));
  return { case: subject.case, method: 'sections', fallback: reason, rows };
}

/** The same by crates alone. */
export function withoutFunctions(attribution: Attribution, reason: string): Attribution {
  const sums = new Map<string, Attribution['rows'][number]>();
  for (const row of attribution.rows) {
    const key = `${row.section}\0${row.crate ?? '\x01'}`;
    const sum = sums.get(key);
    if (sum === undefined) sums.set(key, { ...row, function: null, copies: 0 });
    else sum.bytes += row.bytes;
  }
  const fallback = [attribution.fallback, reason].filter((text) => text !== null).join('; ');
  const dropped = attribution.rows.reduce(
    (most, row) => (row.function === null ? most : Math.max(most, row.bytes)),
    attribution.dropped ?? 0,
  );
  return { ...attribution, fallback: fallback.slice(0, 1000), rows: [...sums.values()], dropped };
}

function rowsOf({ ledger, image }: Placement, subject: Subject, hasLto: boolean): Named {
  const limit = Math.min(subject.maxRows ?? MAX_ATTRIBUTION_ROWS, MAX_ATTRIBUTION_ROWS);
  return ledger.rows(image.size, (label) => crateOf(label, hasLto, subject.packages), limit);
}

function crateOf({ owner, name }: Label, hasLto: boolean, packages: ReadonlySet<string>): string | null {
  if (owner.isNamed && owner.crate !== null) return crateOfName(owner.crate, packages);
  if (!owner.isOwn || !hasLto) return owner.crate;
  if (name === null) return null;
  return name.crate === null ? owner.crate : crateOfName(name.crate, packages);
}

function attempt<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof UnreadableMap || error instanceof UnreadableProgram) {
      throw new CannotAttribute(`${what} cannot be used: ${error.message}`);
    }
    throw error;
  }
}

/** Code, constants and data must all be in the map, as large as in the program. */
function checkSections({ sections }: Image, { found }: PlacingSink): void {
  const missing = sections.find(
    (section) => section.bytes > 0 && /^(text|rodata|data)$/.test(section.group) && !found.has(section),
  );
  if (missing !== undefined) {
    throw new UnreadableMap(
      `it is cut off or of another program: ${missing.name} is not in it with its size`,
    );
  }
}

function checkNamed(rows: Attribution['rows'], { size }: Image): void {
  const code = rows.filter(({ section, crate }) => section === 'text' && crate !== null);
  const named = code.reduce((sum, { bytes }) => sum + bytes, 0);
  if (named < size.text * LEAST_NAMED) {
    throw new UnreadableMap(`it names only ${named} of ${size.text} bytes of code`);
  }
}

function requireTwin(path: string, twin: Image): void {
  const shipped = withProgramFile(path, readImage);
  const differs = shipped.sections.find(({ name, bytes, address }, index) => {
    const other = twin.sections[index];
    return other?.name !== name || other.bytes !== bytes || other.address !== address;
  });
  if (differs !== undefined || shipped.sections.length !== twin.sections.length) {
    throw new UnreadableMap(`${differs?.name ?? 'a section'} differs between it and the program`);
  }
}
