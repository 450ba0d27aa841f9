import type { IndexEntry } from '@cortex/model-registry';
import type { LoadedModel } from '@cortex/orchestrator';
import { z } from 'zod';
import { named } from '../named';

const entry = named('RepositoryEntry', z.object({ name: z.string(), version: z.string(), state: z.enum(['READY', 'UNAVAILABLE']), reason: z.string() }));
export const repositoryIndex = named('RepositoryIndex', z.array(entry));
export const repositoryIndexRequest = named('RepositoryIndexRequest', z.object({ ready: z.boolean().optional() }).optional());
/** Triton's parameters of load and unload (a replaced config, dependents) have no meaning here and are ignored. */
export const repositoryChangeRequest = named('RepositoryChangeRequest', z.object({ parameters: z.looseObject({}).optional() }).optional());
export const repositoryChangeResponse = named('RepositoryChangeResponse', z.object({ name: z.string(), version: z.string().optional(), state: z.enum(['READY', 'UNAVAILABLE']) }));

/** The index in the repository extension's states: ready is what answers, loaded already or at its first request. */
export function indexAnswer(index: readonly IndexEntry[], loaded: readonly LoadedModel[], readyOnly: boolean): z.output<typeof repositoryIndex> {
  const isLoaded = ({ name, version }: IndexEntry) => loaded.some((model) => model.name === name && model.version === version);
  const entries = index.map((of) => ({ name: of.name, version: of.version, state: of.state === 'available' ? ('READY' as const) : ('UNAVAILABLE' as const), reason: reasonOf(of, isLoaded(of)) }));
  return readyOnly ? entries.filter(({ state }) => state === 'READY') : entries;
}

function reasonOf({ state, reason }: IndexEntry, isLoaded: boolean): string {
  if (state !== 'available') return reason ?? state;
  return isLoaded ? '' : 'loads at its first request';
}
