import { z } from 'zod';
import { gateSpecSchema } from '../gate';
import { NAME_PATTERN } from '../model-reference';
import type { ModelRecord } from '../model-record';

const name = z.string().regex(NAME_PATTERN);
const at = z.number().nonnegative();
const pin = z.strictObject({ path: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/), bytes: z.int().positive() });
const check = z.strictObject({
  part: z.enum(['loads', 'golden', 'labelled', 'p95', 'memory']),
  passed: z.boolean(),
  measured: z.number().optional(),
  bound: z.number().optional(),
  detail: z.string().optional(),
});

/** A kept record. A field that is not known is refused: storing the record anew would lose it. */
export const modelRecordSchema: z.ZodType<ModelRecord> = z.strictObject({
  name,
  revision: z.int().positive(),
  aliases: z.record(name, name),
  rollouts: z.array(z.strictObject({ alias: name, version: name, mode: z.enum(['canary', 'shadow']), weight: z.number().gt(0).max(1), startedAt: at })),
  gates: z.record(name, gateSpecSchema),
  reports: z.array(z.strictObject({ alias: name, version: name, at, passed: z.boolean(), checks: z.array(check) })),
  pins: z.record(name, z.array(pin)),
  provenance: z.record(name, z.strictObject({ kind: z.enum(['folder', 'upload', 'http', 'hugging-face', 's3']), source: z.string().optional() })),
  history: z.array(
    z.strictObject({
      at,
      by: z.string(),
      action: z.enum(['register', 'pin', 'alias', 'rollout', 'gate', 'promote', 'rollback', 'delete']),
      alias: z.string().optional(),
      from: z.string().optional(),
      to: z.string().optional(),
      reason: z.string().optional(),
    }),
  ),
});
