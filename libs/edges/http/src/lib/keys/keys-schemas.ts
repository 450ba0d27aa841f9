import { DEFAULT_OVERLAP_MS, keyNameSchema, MAX_OVERLAP_MS, quotasSchema, quotaSchema, SCOPES, scopesSchema, tenantSchema } from '@cortex/identity';
import { PRIORITIES } from '@cortex/kernel';
import { z } from 'zod';
import { named } from '../named';

/** Ten years: whoever wants longer wants a key that does not expire. */
const LONGEST_LIFE_MS = 3_652 * 86_400_000;

export const createKeyRequest = named('CreateKeyRequest', z
  .strictObject({
    name: keyNameSchema,
    tenant: tenantSchema.optional().describe("The caller's own where absent"),
    scopes: scopesSchema,
    maxPriority: z.enum(PRIORITIES).default('medium').describe('Requests above it are lowered to it'),
    quotas: quotasSchema.default([]),
    expiresInMs: z.int().positive().max(LONGEST_LIFE_MS, `expected at most ${LONGEST_LIFE_MS}`).optional(),
    expiresAt: z.iso.datetime({ offset: true, error: 'expected a time such as 2030-01-31T12:00:00Z' }).optional(),
  })
  .refine(({ expiresInMs, expiresAt }) => expiresInMs === undefined || expiresAt === undefined, { message: 'expected either expiresAt or expiresInMs', path: ['expiresAt'] }));
export type CreateKeyRequest = z.output<typeof createKeyRequest>;

export const rotateKeyRequest = named('RotateKeyRequest', z
  .strictObject({ overlapMs: z.int().min(0).max(MAX_OVERLAP_MS, `expected at most ${MAX_OVERLAP_MS}`).default(DEFAULT_OVERLAP_MS).describe('How long the key in use until now goes on working') })
  .optional());
export type RotateKeyRequest = z.output<typeof rotateKeyRequest>;

const quotaUse = named('QuotaUse', quotaSchema.extend({
  spent: z.number().optional().describe('In the current window; absent where this server does not count'),
  reserved: z.number().optional().describe('By requests that run now'),
  refillsInMs: z.number().optional(),
}));

const time = z.iso.datetime();
const key = z.object({
  id: z.string(),
  name: z.string(),
  prefix: z.string().describe('The first 8 characters of the key'),
  state: z.enum(['active', 'revoked', 'expired']),
  tenant: z.string(),
  scopes: z.array(z.enum(SCOPES)),
  maxPriority: z.enum(PRIORITIES),
  quotas: z.array(quotaUse),
  createdAt: time,
  createdBy: z.string(),
  expiresAt: time.optional(),
  revokedAt: time.optional(),
  rotatedFrom: z.string().optional().describe('Prefix of the key before the last rotation'),
  previousEndsAt: time.optional().describe('Until when that one still works'),
});

export const keyAnswer = named('Key', key);
export type KeyAnswer = z.output<typeof keyAnswer>;
export const issuedKeyAnswer = named('IssuedKey', key.extend({ key: z.string().describe('Shown this once') }));
export const keysAnswer = named('Keys', z.object({ keys: z.array(keyAnswer) }));
