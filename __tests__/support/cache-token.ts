import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** One scope of a job's token. */
export interface CacheScope {
  readonly ref: string;
  readonly permission: 'read' | 'write' | 'both';
}

const BITS = { read: 1, write: 2, both: 3 } as const;
const PERMISSIONS = { 1: 'read', 2: 'write', 3: 'both' } as const;

/** A token as the runner gets it: a JWT whose `ac` claim is a JSON text that lists scopes. */
export function signToken(scopes: readonly CacheScope[], secret: Buffer): string {
  const ac = JSON.stringify(
    scopes.map(({ ref, permission }) => ({ Scope: ref, Permission: BITS[permission] })),
  );
  const head = encode({ alg: 'HS256', typ: 'JWT' });
  const body = encode({
    ac,
    exp: Math.floor(Date.now() / 1000) + 6 * 60 * 60,
    scp: 'Actions.Results:run:job',
  });
  return `${head}.${body}.${signature(`${head}.${body}`, secret)}`;
}

/** The scopes of a `Bearer` header; null when it is missing, forged or has run out. */
export function readToken(authorization: string | undefined, secret: Buffer): readonly CacheScope[] | null {
  const [, head, body, signed] = /^Bearer ([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(authorization ?? '') ?? [];
  if (head === undefined || body === undefined || signed === undefined) return null;
  const expected = Buffer.from(signature(`${head}.${body}`, secret));
  const actual = Buffer.from(signed);
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) return null;
  const claims = claimsSchema.parse(JSON.parse(Buffer.from(body, 'base64url').toString()));
  if (claims.exp * 1000 < Date.now()) return null;
  return accessSchema
    .parse(JSON.parse(claims.ac))
    .map(({ Scope, Permission }) => ({ ref: Scope, permission: PERMISSIONS[Permission] }));
}

const claimsSchema = z.object({ ac: z.string(), exp: z.number() });
const accessSchema = z.array(
  z.object({ Scope: z.string(), Permission: z.union([z.literal(1), z.literal(2), z.literal(3)]) }),
);

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function signature(text: string, secret: Buffer): string {
  return createHmac('sha256', secret).update(text).digest('base64url');
}
