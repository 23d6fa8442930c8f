import { z } from 'zod';

/** How the bytes of a program were named, the best first (measurement facts §2): each is the next step where the one before is impossible. */
export const ATTRIBUTION_METHODS = ['link-map', 'symbols', 'sections'] as const;
export type AttributionMethod = (typeof ATTRIBUTION_METHODS)[number];

/** What a byte is for: the metrics of the size axis that a program's loadable bytes are the sum of. */
export const SECTION_GROUPS = ['text', 'rodata', 'data', 'unwind', 'relocation', 'other'] as const;
export type SectionGroup = (typeof SECTION_GROUPS)[number];

const name = z.string().min(1).max(400);
const bytes = z.number().int().nonnegative();

/** Most rows of one program; what is beyond is added to its crate's row without a function. */
export const MAX_ATTRIBUTION_ROWS = 50_000;

/** Bytes of one function (or of data that has a name) of one crate, all copies and generic instances together. */
export const attributionRowSchema = z.strictObject({
  /** Crate (`std` for the standard library's crates together), or a library that is no crate (`libc`); null: unattributed. */
  crate: name.nullable(),
  /** Normalised, demangled path (measurement facts §2.4); null: the rest of the crate's bytes. */
  function: name.nullable(),
  section: z.enum(SECTION_GROUPS),
  bytes,
  /** Copies that the normalised name stands for: instances of a generic, or clones. */
  copies: bytes,
});
export type AttributionRow = z.infer<typeof attributionRowSchema>;

/** Where a program's loadable bytes come from; its rows add up to `loadable-bytes` exactly. */
export const attributionSchema = z.strictObject({
  /** As in the values: `size rg`. */
  case: name,
  method: z.enum(ATTRIBUTION_METHODS),
  /** Why no better method was used, one line; null for the best. */
  fallback: z.string().max(1000).nullable(),
  rows: z.array(attributionRowSchema).max(MAX_ATTRIBUTION_ROWS),
  /** Bytes of the largest named row that was added to its crate's, since there were too many; left out: none was. */
  dropped: bytes.optional(),
});
export type Attribution = Readonly<z.infer<typeof attributionSchema>>;
