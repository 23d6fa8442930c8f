/** A source of 32 random bits, as an unsigned integer. Equal seeds give equal sequences, on every platform. */
export type RandomBits = () => number;

/**
 * The generator xoshiro128** 1.1 of Blackman and Vigna ("Scrambled linear pseudorandom number generators", 2018), seeded
 * from any text by FNV-1a and the finaliser of MurmurHash3. For statistics and shuffling, never for secrets.
 */
export function randomBits(seed: string): RandomBits {
  let hash = fnv1a(seed);
  const word = () => {
    hash = (hash + 0x9e3779b9) >>> 0;
    return mixed(hash);
  };
  return xoshiro128(word(), word(), word(), word());
}

/** xoshiro128** from a state of four 32-bit words, which must not all be 0. */
export function xoshiro128(a: number, b: number, c: number, d: number): RandomBits {
  let [s0, s1, s2, s3] = [a >>> 0, b >>> 0, c >>> 0, d >>> 0];
  return () => {
    const result = Math.imul(rotated(Math.imul(s1, 5), 7), 9) >>> 0;
    const shifted = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= shifted;
    s3 = rotated(s3, 11);
    return result;
  };
}

/** A number in [0, 1) with 53 random bits. */
export function uniform(bits: RandomBits): number {
  return ((bits() >>> 5) * 2 ** 26 + (bits() >>> 6)) / 2 ** 53;
}

function rotated(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

/** FNV-1a, 32 bits, over UTF-16 code units. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** MurmurHash3's 32-bit finaliser. */
function mixed(word: number): number {
  let hash = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
