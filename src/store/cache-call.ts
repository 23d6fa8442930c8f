import { z } from 'zod';

/**
 * The one path that every entry is cached under, relative to a private workspace. The cache service hashes this string
 * into the entry's version: changing it loses every stored baseline.
 */
export const CACHED_PATH = '.tare-baseline';

/** Most keys that one lookup may name. */
export const MAX_KEYS = 10;

/** What the worker is asked, over its channel. */
export const callSchema = z.discriminatedUnion('call', [
  z.strictObject({ call: z.literal('restore'), keys: z.array(z.string()).min(1).max(MAX_KEYS) }),
  z.strictObject({ call: z.literal('save'), key: z.string() }),
]);
export type CacheCall = z.infer<typeof callSchema>;

/** What it answers: `id` is @actions/cache's, -1 when nothing was saved. */
export const replySchema = z.discriminatedUnion('reply', [
  z.strictObject({ reply: z.literal('unavailable') }),
  z.strictObject({ reply: z.literal('restored'), key: z.string().nullable() }),
  z.strictObject({ reply: z.literal('saved'), id: z.number() }),
  z.strictObject({ reply: z.literal('threw'), message: z.string() }),
]);
export type CacheReply = z.infer<typeof replySchema>;
