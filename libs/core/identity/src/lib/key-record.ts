import { PRIORITIES } from '@cortex/kernel';
import { z } from 'zod';
import { SCOPES } from './principal';

const DAY_MS = 86_400_000;
/** Tenants of work that no key stands behind. */
const RESERVED_TENANTS = ['system', 'public'];

/** What people call a key: 1 to 64 printable characters, no space at either end. */
export const keyNameSchema = z.string().regex(/^(?! )[\p{L}\p{M}\p{N}\p{P}\p{S} ]{1,64}(?<! )$/u, 'expected 1 to 64 printable characters without spaces around them');

/** Whose data a key reaches: 1 to 64 of `A-Z a-z 0-9 . _ -`. */
export const tenantSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'expected 1 to 64 letters, digits, dots, underscores or hyphens, a letter or digit first')
  .refine((tenant) => !RESERVED_TENANTS.includes(tenant), `expected another tenant than ${RESERVED_TENANTS.join(' and ')}, which are the server's own`);

/** How much of a resource may be used in a window (aligned to multiples of it, 1 s to 366 days). `money` counts millionths. */
export const quotaSchema = z.strictObject({
  resource: z.enum(['requests', 'tokens', 'cpuMs', 'money']),
  limit: z.int().positive(),
  windowMs: z.int().min(1_000).max(366 * DAY_MS, `expected at most ${366 * DAY_MS}`),
});
export type Quota = z.output<typeof quotaSchema>;

/** At most 8, each of another resource or window. */
export const quotasSchema = z
  .array(quotaSchema)
  .max(8, 'expected at most 8 quotas')
  .refine((quotas) => new Set(quotas.map(({ resource, windowMs }) => `${resource}/${windowMs}`)).size === quotas.length, 'expected one quota for each resource and window');

/** At least one; each includes the lesser ones. */
export const scopesSchema = z.array(z.enum(SCOPES)).min(1).max(SCOPES.length, `expected at most ${SCOPES.length} scopes`);

/** Milliseconds since the epoch, by the wall clock. */
const epochMs = z.int().nonnegative();

const digestSchema = z.strictObject({
  /** Of the whole key, hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** When a rotated key stops working; absent for the current one. */
  endsAt: epochMs.optional(),
});

/** A key as it is kept: never the key itself. Times are milliseconds since the epoch. */
export const keyRecordSchema = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{16}$/),
  name: keyNameSchema,
  tenant: tenantSchema,
  scopes: scopesSchema,
  maxPriority: z.enum(PRIORITIES),
  quotas: quotasSchema,
  createdAt: epochMs,
  /** Name of the key that made it. */
  createdBy: z.string().max(64),
  expiresAt: epochMs.optional(),
  revokedAt: epochMs.optional(),
  /** Prefix of the key that was in use before the last rotation. */
  rotatedFrom: z.string().max(8).optional(),
  /** The current key first, then, while both work, the one before it. */
  digests: z.array(digestSchema).min(1).max(2),
  /** The first 8 characters of the current key. */
  prefix: z.string().max(8),
});
export type KeyRecord = z.output<typeof keyRecordSchema>;

/** A revoked key stays so whatever the clock says; the rest is judged by it. */
export type KeyState = 'active' | 'revoked' | 'expired';

/** The state at a time of the wall clock. */
export function stateOf({ revokedAt, expiresAt = Infinity }: Pick<KeyRecord, 'revokedAt' | 'expiresAt'>, nowMs: number): KeyState {
  if (revokedAt !== undefined) return 'revoked';
  return expiresAt <= nowMs ? 'expired' : 'active';
}
