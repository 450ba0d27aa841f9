import { z } from 'zod';
import { KeyStore } from './key-store.port';
import { MemoryKeyStore } from './memory-key-store';

/** What keys are kept in and how many there may be. */
export const identityOptionsSchema = z.strictObject({
  /** Where keys are kept. Default in the module: the application's KeyStore where it offers one; else this process, gone with it. */
  store: z.custom<KeyStore>((value) => value instanceof KeyStore, 'expected a KeyStore').default(() => new MemoryKeyStore()),
  /** Keys that may exist. At the limit the one that ended longest ago makes room for a new one. Default 1,000. */
  maxKeys: z.int().positive().default(1_000),
  /** Whether an admin key stands outside the store, as the service's first one does: then any other may be revoked. Default false. */
  hasStandingAdmin: z.boolean().default(false),
});

export type IdentityConfiguration = z.input<typeof identityOptionsSchema>;
/** The options with their defaults filled in. */
export type IdentityOptions = z.output<typeof identityOptionsSchema>;
