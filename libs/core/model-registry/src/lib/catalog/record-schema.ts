import { quote } from '@cortex/kernel';
import { z } from 'zod';
import { gateSpecSchema } from '../gate';
import { RELATIVE_PATH } from '../model-files';
import { NAME_PATTERN } from '../model-reference';
import type { ModelRecord } from '../model-record';
import { CatalogDamagedError, RecordTooLargeError } from '../registry.errors';

/** A record is read and written whole. */
export const RECORD_LIMIT_BYTES = 8 * 2 ** 20;

const name = z.string().regex(NAME_PATTERN);
const at = z.number().nonnegative();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const pin = z.strictObject({ path: z.string(), sha256, bytes: z.int().positive() });
/** What lies beside a model may be empty. */
const file = z.strictObject({ path: z.string().regex(RELATIVE_PATH), sha256, bytes: z.int().nonnegative() });
const check = z.strictObject({
  part: z.enum(['loads', 'golden', 'labelled', 'p95', 'memory']),
  passed: z.boolean(),
  measured: z.number().optional(),
  bound: z.number().optional(),
  detail: z.string().optional(),
});

/** A kept record. A field that is not known is refused: storing the record anew would lose it. */
const modelRecordSchema: z.ZodType<ModelRecord> = z.strictObject({
  name,
  revision: z.int().positive(),
  aliases: z.record(name, name),
  rollouts: z.array(z.strictObject({ alias: name, version: name, mode: z.enum(['canary', 'shadow']), weight: z.number().gt(0).max(1), startedAt: at })),
  gates: z.record(name, gateSpecSchema),
  reports: z.array(z.strictObject({ alias: name, version: name, at, passed: z.boolean(), checks: z.array(check) })),
  pins: z.record(name, z.array(pin)),
  provenance: z.record(name, z.strictObject({ kind: z.enum(['folder', 'upload', 'http', 'hugging-face', 'object-store']), source: z.string().optional(), digest: sha256.optional() })),
  /** Absent in records of earlier versions. */
  shared: z.record(name, z.array(file)).default({}),
  history: z.array(
    z.strictObject({
      at,
      by: z.string(),
      action: z.enum(['register', 'share', 'pin', 'alias', 'rollout', 'gate', 'promote', 'rollback', 'delete']),
      alias: z.string().optional(),
      from: z.string().optional(),
      to: z.string().optional(),
      reason: z.string().optional(),
    }),
  ),
});

/** What was kept under a name, checked: others may have written it. @throws CatalogDamagedError */
export function readModelRecord(name: string, kept: unknown): ModelRecord {
  const { data, error } = modelRecordSchema.safeParse(kept);
  if (error) throw new CatalogDamagedError(name, `${error.issues[0]?.path.join('.') || 'the whole'}: ${quote(error.issues[0]?.message, 120)}`);
  if (data.name !== name) throw new CatalogDamagedError(name, `it is the record of '${quote(data.name)}'`);
  return data;
}

/** A record as it may be kept: at most 8 MiB of JSON. @throws RecordTooLargeError */
export function checkModelRecord(record: ModelRecord): void {
  const bytes = Buffer.byteLength(JSON.stringify(record));
  if (bytes > RECORD_LIMIT_BYTES) throw new RecordTooLargeError(record.name, bytes, RECORD_LIMIT_BYTES);
}
