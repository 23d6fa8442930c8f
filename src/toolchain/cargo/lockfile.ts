import { createHash } from 'node:crypto';
import { parse } from 'smol-toml';
import { z } from 'zod';
import { messageOf, UserError } from '../../errors.ts';

const schema = z.object({
  package: z
    .array(z.object({ name: z.string(), version: z.string(), source: z.string().optional() }))
    .optional(),
});

/** Most packages that a measurement holds (measurementSchema). */
const MAX_PACKAGES = 20_000;
const MAX_TEXT = 800;
const CRATES_IO = /^(registry|sparse)\+\S*\bcrates\.io(-index)?\/?$/;

/**
 * The packages of a Cargo.lock as sorted `name version` texts, with ` (source)` behind one that comes from elsewhere
 * than crates.io; packages of the workspace and other local paths have no source. At most 20,000 texts of 800 characters.
 * Errors: UserError when `text` is no Cargo.lock; `file` names it.
 */
export function parseLockfile(text: string, file: string): string[] {
  let packages: z.infer<typeof schema>['package'];
  try {
    packages = schema.parse(parse(text)).package;
  } catch (error) {
    const why = messageOf(error).split('\n', 1)[0] ?? '';
    throw new UserError(`${file} is not a Cargo.lock (${why}): delete it and run cargo generate-lockfile`);
  }
  return (packages ?? [])
    .map(({ name, version, source }) => `${name} ${version}${suffix(source)}`.slice(0, MAX_TEXT))
    .sort()
    .slice(0, MAX_PACKAGES);
}

/** SHA-256 of a Cargo.lock, in hexadecimal, with line ends as cargo writes them on Unix: git may have changed them. */
export function lockfileHash(text: string): string {
  return createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex');
}

function suffix(source: string | undefined): string {
  if (source === undefined || CRATES_IO.test(source)) return '';
  return ` (${source.replace(/\/\/[^/@]*@/, '//')})`;
}
