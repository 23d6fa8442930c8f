import { changedFields } from '../compare/identity.ts';
import type { Identity } from '../measure/measurement.ts';
import type { Base } from './base.ts';
import { type ChangedByHead, isFromRepository, isOfToolchain } from './part.ts';

const TOOLCHAIN_FILES = /(^|\/)(rust-toolchain(\.toml)?|tare\.toml|go\.mod)$|^\.github\/workflows\//;

/**
 * Whether a field of the identity differs because of the head's own change. Settings and dependencies come from the
 * repository; the toolchain does only when a file that selects it was touched, and otherwise came with the runner's image.
 * `changedFiles`: the paths that the head changed since a commit, null when they are not known; asked for only when it matters.
 */
export async function changedByHead(
  base: Base | null,
  head: Identity,
  changedFiles: (base: string) => Promise<readonly string[] | null>,
): Promise<ChangedByHead> {
  if (base === null || base.source === 'rebuilt') return () => true;
  const differs = changedFields(base.measurement.identity, head);
  const asks = differs.some(({ field }) => field.startsWith('toolchain.'));
  const files = asks ? await changedFiles(base.sha) : [];
  const selected = files?.some((file) => TOOLCHAIN_FILES.test(file)) ?? false;
  return (field) => isFromRepository(field) || (selected && isOfToolchain(field));
}
