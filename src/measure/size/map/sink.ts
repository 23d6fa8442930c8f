/** A symbol in a piece. `size` in bytes; null where the linker does not tell. */
export interface MapSymbol {
  readonly name: string;
  readonly address: number;
  readonly size: number | null;
}

/** What one input section became. */
export interface MapPiece {
  readonly address: number;
  readonly size: number;
  /** Object file, `ARCHIVE(MEMBER)`, or what the linker calls itself. */
  readonly file: string;
  /** Name of the input section; '' where the map has none. */
  readonly section: string;
  /** In any order. */
  readonly symbols: readonly MapSymbol[];
}

/** Symbols of one piece that are kept; an object file has some ten thousands. */
export const MAX_PIECE_SYMBOLS = 200_000;

/** Receives a link map as it is read. Numbers are those of the file, unchecked: a hostile map may say anything. */
export interface MapSink {
  /** A section of the program begins (`__TEXT,__text` of a Mach-O file); the pieces that follow lie in it. */
  section(name: string, address: number, size: number): void;
  piece(piece: MapPiece): void;
}

/** Reads one dialect, line by line. */
export interface MapReader {
  line(text: string): void;
  /** Tells the sink what is still held. */
  end(): void;
}

/** A link map that cannot be read. `message` is one line: what is wrong. */
export class UnreadableMap extends Error {
  override readonly name = 'UnreadableMap';
}
