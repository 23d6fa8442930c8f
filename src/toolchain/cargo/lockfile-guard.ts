import { readFileSync, rmSync, writeFileSync } from 'node:fs';

/** Keeps the user's Cargo.lock as it was, whatever cargo does to it meanwhile. */
export interface LockfileGuard {
  /** Whether there was a Cargo.lock at the start. */
  readonly existed: boolean;
  /** Puts back what was there, or removes what was not. */
  restore(): void;
}

/** Remembers `file` until `restore`, or until this process exits, whichever is first. */
export function guardLockfile(file: string): LockfileGuard {
  const before = contentOf(file);
  const putBack = () => {
    const now = contentOf(file);
    if (before === null) {
      if (now !== null) rmSync(file, { force: true });
    } else if (now === null || !now.equals(before)) {
      writeFileSync(file, before);
    }
  };
  process.once('exit', putBack);
  return {
    existed: before !== null,
    restore: () => {
      process.removeListener('exit', putBack);
      putBack();
    },
  };
}

function contentOf(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch {
    return null;
  }
}
