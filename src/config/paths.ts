import nodePath from 'node:path';
import { quote } from './quote.ts';

/** A path as the file may say it, or what is wrong with it: the rest of a sentence that begins with its key. */
export type PathOutcome = { readonly path: string } | { readonly fault: string };

/** A path relative to the repository, `/`-separated and normal (`.` for the repository itself). Links are not followed. */
export function repositoryPath(written: string): PathOutcome {
  if (written === '') return { fault: 'is empty; expected a path inside the repository' };
  if (written.includes('\\')) return { fault: `is ${quote(written)}; write "/" between folders` };
  const path = nodePath.posix.normalize(written);
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path) || path === '..' || path.startsWith('../')) {
    return { fault: `is ${quote(written)}, which is outside the repository; give a path inside it` };
  }
  return { path: path.replace(/(.)\/$/, '$1') };
}

/**
 * As {@link repositoryPath}, with `*` for any text within one name; `absolute`: whether a path from the root of the file
 * system is allowed too.
 */
export function filePattern(written: string, absolute: boolean): PathOutcome {
  if (written.includes('**')) {
    return { fault: `is ${quote(written)}; "*" stands for text within one name, and "**" is not known` };
  }
  if (absolute && nodePath.isAbsolute(written)) return { path: nodePath.normalize(written) };
  const outcome = repositoryPath(written);
  if ('path' in outcome && outcome.path === '.') {
    return { fault: `is ${quote(written)}; expected a file` };
  }
  return outcome;
}
