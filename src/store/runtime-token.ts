import { z } from 'zod';

/** One scope of the cache that a job's token opens. */
export interface CacheScope {
  /** Branch or merge ref. */
  readonly ref: string;
  readonly read: boolean;
  readonly write: boolean;
}

/** The runner's access claim: Permission is a set of bits, 1 read and 2 write. */
const accessClaim = z.array(z.object({ Scope: z.string(), Permission: z.number().int() })).max(100);

/**
 * The cache scopes that the runner's token (ACTIONS_RUNTIME_TOKEN, a JWT) claims, in the order in which the service
 * searches them; null when it cannot be read. The signature is not checked: this only explains what the service decides.
 */
export function cacheScopes(token: string | undefined): CacheScope[] | null {
  const payload = token?.split('.')[1];
  if (payload === undefined) return null;
  try {
    const claims = z
      .object({ ac: z.string() })
      .parse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
    return accessClaim.parse(JSON.parse(claims.ac)).map(({ Scope, Permission }) => ({
      ref: Scope,
      read: (Permission & 1) !== 0,
      write: (Permission & 2) !== 0,
    }));
  } catch {
    return null;
  }
}
