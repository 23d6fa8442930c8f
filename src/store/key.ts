import { createHash } from 'node:crypto';
import { MEASUREMENT_SCHEMA } from '../measure/measurement.ts';
import type { BaselineSeries } from './baseline.ts';

/** What selects a series and is not changed by a pull request. Everything else is compared after the restore. */
export interface SeriesFields {
  /** Project folder relative to the repository's root; empty or `.`: the root itself. */
  readonly project: string;
  readonly toolchain: string;
  /** Target triple as configured; null: the host's. */
  readonly target: string | null;
}

/** The identity hash of a baseline key: 16 hex digits of the SHA-256 of the fields, paths with `/` on every system. */
export function seriesHash(fields: SeriesFields): string {
  const canonical = [canonicalFolder(fields.project), fields.toolchain, fields.target];
  return digest(JSON.stringify(canonical));
}

/** Key of the baseline of `commit` (full SHA). Errors: throws for a part that would make the key ambiguous. */
export function baselineKey(series: BaselineSeries, commit: string): string {
  if (!/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(commit))
    throw new Error(`${JSON.stringify(commit)} is not a full commit SHA`);
  return `${seriesPrefix(series)}${commit}`;
}

/**
 * The part of the key that all baselines of a series share, with its closing `-`.
 * The configuration is the only part that may hold a `-`, so a key can be read in one way only.
 */
export function seriesPrefix(series: BaselineSeries): string {
  const parts = [keyPart('os', series.os), keyPart('arch', series.arch), keyPart('hash', series.hash)];
  return `tare-${MEASUREMENT_SCHEMA}-${configurationPart(series.configuration)}-${parts.join('-')}-`;
}

/**
 * A short plain name stands for itself. Any other (upper case too: some file systems fold it) becomes a shortened form,
 * `~` and a digest; a plain name holds no `~`, so no two names share a part.
 */
function configurationPart(name: string): string {
  if (/^[a-z0-9][a-z0-9._-]{0,63}$/.test(name)) return name;
  const readable = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40);
  return `${readable}~${digest(name)}`;
}

/** A machine's word (`linux`, `x86_64`) in letters that cannot end a part. */
function keyPart(title: string, value: string): string {
  const part = value
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '_')
    .slice(0, 32);
  if (part === '') throw new Error(`a key's ${title} is empty`);
  return part;
}

function canonicalFolder(folder: string): string {
  const segments = folder.split(/[\\/]/).filter((segment) => segment !== '' && segment !== '.');
  return segments.join('/');
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
