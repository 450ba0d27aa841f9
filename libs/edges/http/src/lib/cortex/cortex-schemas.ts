import { STAGES } from '@cortex/resource-governor';
import { z } from 'zod';
import { named } from '../named';

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
  residency: z.looseObject({
    limitBytes: z.number(), heldBytes: z.number(), unreturnedBytes: z.number().describe('Freed, but kept by the allocator'), waiting: z.int(),
    residents: z.array(z.looseObject({
      key: z.string(), bytes: z.number(), predictedBytes: z.number(), reloadMs: z.number(), uses: z.int(), ready: z.boolean(), pinned: z.boolean(), idle: z.boolean(),
    })),
  }).describe('What is loaded, and what it holds of the memory for models'),
  decisions: z.array(z.looseObject({ at: z.number().describe('Milliseconds since 1970'), count: z.int(), kind: z.string(), reason: z.string() })).describe('The last ones, the latest first; those that concern another tenant only for an admin'),
}));
