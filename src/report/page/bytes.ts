/** Writes numbers and texts as few bytes, for {@link ByteReader}. */
export class ByteWriter {
  #bytes = new Uint8Array(1 << 16);
  #length = 0;

  /** A whole number from 0 to 2^53 − 1: 7 bits a byte, low bits first. */
  count(value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.#byte((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    this.#byte(rest);
  }

  /** A whole number of either sign below 2^52: 0, −1, 1, −2 … are 0, 1, 2, 3 …. */
  signed(value: number): void {
    this.count(value >= 0 ? 2 * value : -2 * value - 1);
  }

  /** Any number, in 8 bytes. */
  float(value: number): void {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setFloat64(0, value, true);
    this.bytes(bytes);
  }

  text(text: string): void {
    const bytes = new TextEncoder().encode(text);
    this.count(bytes.length);
    this.bytes(bytes);
  }

  /** Bytes as they are; the reader must know how many. */
  bytes(bytes: Uint8Array): void {
    this.#grow(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** All that was written. */
  take(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #byte(value: number): void {
    this.#grow(1);
    this.#bytes[this.#length++] = value;
  }

  #grow(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + more));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

/** Reads what {@link ByteWriter} wrote. Errors: throws for bytes that end too early. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #place = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  count(): number {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = this.#bytes[this.#place++];
      if (byte === undefined) throw new Error('the data of this page is cut off');
      if (byte < 128) return value + byte * factor;
      value += (byte - 128) * factor;
      factor *= 128;
    }
  }

  signed(): number {
    const value = this.count();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  float(): number {
    const bytes = this.bytes(8);
    return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0, true);
  }

  text(): string {
    return new TextDecoder().decode(this.bytes(this.count()));
  }

  /** The next bytes, not copied. */
  bytes(length: number): Uint8Array {
    const end = this.#place + length;
    if (end > this.#bytes.length) throw new Error('the data of this page is cut off');
    const bytes = this.#bytes.subarray(this.#place, end);
    this.#place = end;
    return bytes;
  }
}
