import { z } from 'zod';

const artifactSchema = z.object({
  reason: z.literal('compiler-artifact'),
  package_id: z.string(),
  target: z.object({ kind: z.array(z.string()), crate_types: z.array(z.string()), name: z.string() }),
  features: z.array(z.string()),
  filenames: z.array(z.string()),
  executable: z.string().nullish(),
  /** `test`: built with a test or benchmark harness. */
  profile: z.object({ test: z.boolean() }).optional(),
  fresh: z.boolean(),
});

/** A `compiler-artifact` message: one finished unit. */
export type Artifact = z.infer<typeof artifactSchema>;

/**
 * Reads one line of `cargo build --message-format=json…`; null for every other message and for text that is no message:
 * a procedural macro may print to the same stream.
 */
export function parseArtifact(line: string): Artifact | null {
  if (!line.startsWith('{"reason":"compiler-artifact"')) return null;
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return null;
  }
  const parsed = artifactSchema.safeParse(json);
  return parsed.success ? parsed.data : null;
}
