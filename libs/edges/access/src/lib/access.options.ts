import { KEY_PATTERN } from '@cortex/identity';
import { z } from 'zod';

export const accessOptionsSchema = z
  .object({
    /** `off` lets everybody in as the local principal; accepted on a loopback host only. */
    auth: z.enum(['on', 'off']).default('on'),
    /** The host that the listener binds to: what decides whether `off` is safe. */
    host: z.string(),
    /** The first admin key. Where absent, the one in `keyFile`, which is made at the first start. */
    apiKey: z.string().trim().regex(KEY_PATTERN, 'must be visible ASCII without spaces').optional(),
    /** Where the generated key is kept, e.g. `bootstrap.key` in the service's home folder. */
    keyFile: z.string().min(1).optional(),
  })
  .strict();

/** See the schema for each field's meaning and default. */
export type AccessOptions = z.input<typeof accessOptionsSchema>;
