import type { MapPiece, MapSink, MapSymbol } from '../map/sink.ts';
import { isUpstreamObject, type Owner, ownerOf } from './crates.ts';
import type { ImageSection } from './image.ts';
import type { Label } from './ledger.ts';
import { Names } from './names.ts';
import type { Placement } from './placement.ts';
import { isLinkerMade, isNameless, symbolOfSection } from './section-name.ts';
import type { Target } from './targets.ts';

/** Files that are remembered; a program has some thousands of objects. */
const MAX_FILES = 100_000;
/** Found by the unwind data themselves, since not every dialect lists their pieces. */
const UNWIND = /^\.eh_frame$/;

/** Places the pieces of a link map in the sections of the program. */
export class PlacingSink implements MapSink {
  readonly #placement: Placement;
  readonly #names = new Names();
  readonly #owners = new Map<string, Owner>();
  /** Sections that the map has, with the program's size. */
  readonly found = new Set<ImageSection>();
  /** Whether other crates are there as files of their own, which they are not after LTO. */
  hasUpstream = false;
  #target: Target | null = null;

  constructor(placement: Placement) {
    this.#placement = placement;
  }

  section(name: string, address: number, size: number): void {
    this.#target = null;
    const fitting = this.#placement.image.sections.filter((one) => fits(one, name, address, size));
    const section = fitting.find((one) => !this.found.has(one)) ?? fitting[0];
    if (section === undefined) return;
    this.found.add(section);
    if (!UNWIND.test(name) && !isLinkerMade(name)) this.#target = this.#placement.target(section, address);
  }

  piece(piece: MapPiece): void {
    const target = this.#target;
    if (target === null || !target.hasRoom(piece.address, piece.address + piece.size)) return;
    const owner = this.#owner(piece.file);
    if (owner.crate === null || isLinkerMade(piece.section)) return;
    const symbol = symbolOfSection(piece.section);
    if (symbol === null && piece.symbols.length > 0) this.#split(target, owner, piece);
    else {
      // The entry of `.eh_frame` counts the copy, whether there is a table of handlers or not.
      const copy = target.group === 'unwind' ? 0 : 1;
      target.place(piece.address, piece.address + piece.size, this.#label(owner, symbol), copy);
    }
  }

  /** A piece with several functions: each reaches to the next, or as far as its size says. */
  #split(target: Target, owner: Owner, { address, size, symbols }: MapPiece): void {
    const end = address + size;
    const sorted = symbols.length === 1 ? symbols : [...symbols].sort(byAddress);
    const rest = this.#label(owner, null);
    let at = address;
    for (const [index, symbol] of sorted.entries()) {
      const next = Math.min(end, sorted[index + 1]?.address ?? end);
      if (next <= symbol.address || symbol.address < at) continue;
      target.place(at, symbol.address, rest, 0);
      const stop = symbol.size === null ? next : Math.min(next, symbol.address + symbol.size);
      const name = isNameless(symbol.name) ? null : symbol.name;
      target.place(symbol.address, stop, this.#label(owner, name));
      at = stop;
    }
    target.place(at, end, rest, 0);
  }

  #label(owner: Owner, symbol: string | null): Label {
    return this.#placement.ledger.label(owner, symbol === null ? null : this.#names.of(symbol));
  }

  #owner(file: string): Owner {
    const known = this.#owners.get(file);
    if (known !== undefined) return known;
    if (this.#owners.size >= MAX_FILES) this.#owners.clear();
    const owner = ownerOf(file);
    if (isUpstreamObject(file)) this.hasUpstream = true;
    this.#owners.set(file, owner);
    return owner;
  }
}

function fits(section: ImageSection, name: string, address: number, size: number): boolean {
  if (section.name !== name) return false;
  return section.address === null || (section.address === address && section.bytes === size);
}

/** The longer first of two at one address, so that an alias without a size does not hide it. */
function byAddress(a: MapSymbol, b: MapSymbol): number {
  return a.address - b.address || (b.size ?? 0) - (a.size ?? 0);
}
