import { z } from 'zod';
import { named } from '../named';

const name = z.string().min(1).max(128);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hex digits in lower case');

export const pullRequest = named('PullRequest', z.strictObject({
  source: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('http'), url: z.string().max(2_000).describe('Of a cortex-model.json, the files beside it') }),
    z.strictObject({ kind: z.literal('hugging-face'), model: z.string().max(200), revision: z.string().max(128).optional(), variants: z.array(name).min(1).max(16).optional() }),
    z.strictObject({ kind: z.literal('object-store'), prefix: z.string().min(1).max(800).describe('Of the object store: a folder with a cortex-model.json, or an export') }),
  ]),
  name: name.optional().describe("Default the source's own"),
  version: name.optional().describe('Default what the manifest says, otherwise 1'),
}));

export const pull = named('Pull', z.object({
  id: z.string(),
  state: z.enum(['queued', 'downloading', 'verifying', 'installed', 'failed', 'cancelled']),
  name: z.string().optional(),
  version: z.string().optional(),
  bytes: z.int(),
  totalBytes: z.int().optional(),
  file: z.string().optional(),
  etaMs: z.int().optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
}));
export const pulls = named('Pulls', z.object({ pulls: z.array(pull) }));

export const uploadRequest = named('UploadRequest', z.strictObject({
  name,
  version: name.default('1'),
  files: z.record(z.string().max(255), z.strictObject({ bytes: z.int().positive(), sha256 })),
}));
const uploadFile = z.object({ bytes: z.int(), sha256, receivedBytes: z.int().describe('The next part begins there') });
export const upload = named('Upload', z.object({ id: z.string(), name: z.string(), version: z.string(), files: z.record(z.string(), uploadFile) }));
export const uploadEnd = named('UploadEnd', z.object({ id: z.string(), state: z.enum(['installed', 'cancelled']) }));
