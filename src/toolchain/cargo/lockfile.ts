import { createHash } from 'node:crypto';
import { parse } from 'smol-toml';
import { z } from 'zod';
import { messageOf, UserError } from '../../errors.ts';

const lockedSchema = z.object({ name: z.string(), version: z.string(), source: z.string().optional() });
const schema = z.object({ package: z.array(lockedSchema).optional() });

/** A package as Cargo.lock has it; no `source`: from a local path. */
export type LockedPackage = Readonly<z.infer<typeof lockedSchema>>;

/** The packages of a Cargo.lock. Errors: UserError when `text` is none; `file` names it. */
export function parseLockfile(text: string, file: string): readonly LockedPackage[] {
  try {
    return schema.parse(parse(text)).package ?? [];
  } catch (error) {
    const why = messageOf(error).split('\n', 1)[0] ?? '';
    throw new UserError(`${file} is not a Cargo.lock (${why}): delete it and run cargo generate-lockfile`);
  }
}

/** SHA-256 of a Cargo.lock, in hexadecimal, with line ends as cargo writes them on Unix: git may have changed them. */
export function lockfileHash(text: string): string {
  return createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex');
}
