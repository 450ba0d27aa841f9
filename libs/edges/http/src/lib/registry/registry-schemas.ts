import { gateSpecSchema } from '@cortex/model-registry';
import { z } from 'zod';
import { named } from '../named';

const at = z.number().describe('Milliseconds since 1970');
const reason = z.string().max(1_000).optional().describe('Why, for the history');
const version = z.string().min(1).max(128).describe('A version, or an alias that gives one');

const loadedModel = named('LoadedModel', z.object({
  variant: z.string(), digest: z.string(), batchInvariant: z.boolean(), fidelity: z.number().optional().describe('Mean cosine to the fp32 variant'),
  placement: z.enum(['inline', 'workers', 'process']), parallelism: z.int(), memoryBytes: z.number(), loadMs: z.number(),
  choice: z.object({
    reason: z.string(),
    measured: z.array(z.object({ variant: z.string(), typicalMs: z.number(), memoryBytes: z.number(), batchInvariant: z.boolean(), fidelity: z.number().optional() })),
  }).describe('What it was chosen from, and why'),
}));

/** One version of a model. */
export const registryModel = named('RegistryModel', z.object({
  name: z.string(),
  version: z.string(),
  state: z.enum(['loaded', 'available', 'unloaded', 'failed']),
  reason: z.string().optional(),
  aliases: z.array(z.string()).describe('Those that were set and give this version'),
  task: z.string().optional(),
  variants: z.array(z.object({ name: z.string(), bytes: z.int() })),
  loaded: z.array(loadedModel),
  maxTokens: z.int().optional(),
  labels: z.array(z.string()).optional(),
  license: z.string().optional(),
  source: z.string().optional(),
  description: z.string().optional(),
  origin: z.string().optional(),
  shared: z.boolean().describe('Whether every replica can fetch it'),
}));
export type RegistryModel = z.output<typeof registryModel>;

/** A version that a variant is made of, or was. */
export const preparation = named('Preparation', z.object({
  name: z.string(), version: z.string(),
  stage: z.enum(['waiting', 'looking', 'deriving', 'measuring', 'done', 'failed']),
  variants: z.array(z.string()).describe('What is, or was, made'),
  tookMs: z.number().optional(), reason: z.string().optional(),
}));
const loading = z.object({ name: z.string(), version: z.string(), stage: z.string(), sinceMs: z.number(), waiting: z.int().describe('Requests that wait for it') });
export const registryModels = named('RegistryModels', z.object({
  models: z.array(registryModel),
  loading: z.array(loading).describe('Loads that are under way'),
  preparing: z.array(preparation).describe('Variants that are, or were, made in the background'),
}));
export const loadRequest = named('LoadRequest', z.object({
  pinned: z.boolean().optional().describe('Never evicted to make room for another'),
  keepAliveMs: z.number().positive().optional().describe('Unloaded after so long without use'),
}).optional());
export const registryChangeRequest = named('RegistryChangeRequest', z.object({}).optional());
export const registryChange = named('RegistryChange', z.object({ model: z.string(), state: z.enum(['loaded', 'unloaded', 'deleted']), loaded: loadedModel.optional() }));

const historyEntry = z.object({
  at, by: z.string().describe('The name of the key that asked'), action: z.string(),
  alias: z.string().optional(), from: z.string().optional(), to: z.string().optional(), reason: z.string().optional(),
});
export const modelHistory = named('ModelHistory', z.object({ model: z.string(), history: z.array(historyEntry).describe('Newest first') }));

export const gateRequest = named('GateRequest', gateSpecSchema);
export const gateRunRequest = named('GateRunRequest', z.object({ version }));
export const gateState = named('GateState', z.object({ alias: z.string(), gate: gateSpecSchema.optional() }));
export const gateReport = named('GateReport', z.object({
  alias: z.string(), version: z.string(), at, passed: z.boolean(),
  checks: z.array(z.object({ part: z.string(), passed: z.boolean(), measured: z.number().optional(), bound: z.number().optional(), detail: z.string().optional() })),
}));

const arm = z.object({ requests: z.int(), failures: z.record(z.string(), z.int()), meanMs: z.number(), p95Ms: z.number() });
const rollout = named('Rollout', z.object({
  alias: z.string(), version: z.string(), mode: z.enum(['canary', 'shadow']), weight: z.number(), startedAt: at,
  report: z.object({
    stable: arm, canary: arm,
    shadow: z.object({ compared: z.int(), skipped: z.int(), meanAgreement: z.number(), minAgreement: z.number(), disagreements: z.int() }),
  }).optional().describe('What this process saw since the rollout began'),
}));
export const rolloutRequest = named('RolloutRequest', z.object({
  version, mode: z.enum(['canary', 'shadow']), weight: z.number().gt(0).max(1).describe("Share of the alias's requests"), reason,
}));
export const rolloutState = named('RolloutState', z.object({ alias: z.string(), rollout: rollout.optional() }));

export const aliasRequest = named('AliasRequest', z.object({
  version, reason,
  expectedFrom: z.string().nullable().optional().describe('Move only if the alias gives this version now; null: only if it is not set'),
  force: z.boolean().optional().describe("Whatever the alias's gate says; takes the scope admin"),
}));
export const rollbackRequest = named('RollbackRequest', z.object({ reason }).optional());
export const aliasState = named('AliasState', z.object({ alias: z.string(), version: z.string().optional(), from: z.string().optional(), report: gateReport.optional() }));

/** Everything that is known of one model. */
export const registryModelDetail = named('RegistryModelDetail', z.object({
  name: z.string(),
  versions: z.array(registryModel),
  aliases: z.record(z.string(), z.string()),
  rollouts: z.array(rollout),
  gates: z.record(z.string(), gateSpecSchema),
  reports: z.array(gateReport).describe('Of gates that were run, newest first'),
  pins: z.record(z.string(), z.array(z.object({ path: z.string(), sha256: z.string(), bytes: z.int() }))).describe('Files of versions without a manifest, as they were at the first load'),
  provenance: z.record(z.string(), z.object({ kind: z.string(), source: z.string().optional(), digest: z.string().optional().describe('Of all its files') })),
  shared: z.record(z.string(), z.object({ files: z.int(), bytes: z.number() })).describe('Versions that every replica can fetch, whether they lie here or not'),
  history: z.array(historyEntry).describe('The latest 20 lines'),
}));

export const pushRequest = named('PushRequest', z.object({ reason }).optional());
export const pushed = named('Pushed', z.object({
  model: z.string(), version: z.string(), files: z.int(), bytes: z.number(),
  sentFiles: z.int().describe('Those that were not there, or were damaged'),
}));

export const reasonQuery = z.object({ reason });
export const historyQuery = z.object({ limit: z.coerce.number().int().min(1).max(1_000).default(100) });
