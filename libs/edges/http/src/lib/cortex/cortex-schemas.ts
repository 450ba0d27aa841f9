import { STAGES } from '@cortex/resource-governor';
import { z } from 'zod';
import { named } from '../named';

const loadedModel = named('LoadedModel', z.object({
  variant: z.string(), digest: z.string(), batchInvariant: z.boolean(), fidelity: z.number().optional().describe('Mean cosine to the fp32 variant'),
  placement: z.enum(['inline', 'workers', 'process']), parallelism: z.int(), memoryBytes: z.number(), loadMs: z.number(),
}));

export const registryModel = named('RegistryModel', z.object({
  name: z.string(),
  version: z.string(),
  state: z.enum(['loaded', 'available', 'unloaded', 'failed']),
  reason: z.string().optional(),
  task: z.string().optional(),
  variants: z.array(z.object({ name: z.string(), bytes: z.int() })),
  loaded: z.array(loadedModel),
  maxTokens: z.int().optional(),
  labels: z.array(z.string()).optional(),
  license: z.string().optional(),
  source: z.string().optional(),
  description: z.string().optional(),
  origin: z.string().optional(),
}));
export type RegistryModel = z.output<typeof registryModel>;

export const registryModels = named('RegistryModels', z.object({ models: z.array(registryModel) }));
export const registryChangeRequest = named('RegistryChangeRequest', z.object({}).optional());
export const registryChange = named('RegistryChange', z.object({ model: z.string(), state: z.enum(['loaded', 'unloaded']), loaded: loadedModel.optional() }));

const hostState = named('HostState', z.looseObject({
  memory: z.object({
    usedBytes: z.number(), limitBytes: z.number(), reservedBytes: z.number(), pressure: z.number().describe('0 at the reserve, 1 at the limit'),
  }).optional(),
  unreadable: z.array(z.string()).describe('Sources that exist and could not be read'),
  blindMs: z.number().describe('For how long memory could not be read'),
}));

export const governorReport = named('GovernorReport', z.looseObject({
  stage: z.enum(STAGES),
  inUseMs: z.number(),
  limitMs: z.number().describe('What may be in use now: it follows the wait behind the door, between floorMs and budgetMs'),
  floorMs: z.number(),
  budgetMs: z.number(),
  waitingMs: z.number(),
  waitingLimitMs: z.number(),
  waiting: z.record(z.string(), z.number()),
  host: hostState.optional(),
  ledger: z.array(z.object({ resource: z.string(), budgets: z.int(), reserved: z.number(), spent: z.number() })).describe('What the budgets in use hold and have spent, by resource'),
}));
