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

/** The index in the repository extension's states: ready is what is loaded, the reason says what the rest waits for. */
export function indexAnswer(index: readonly IndexEntry[], loaded: readonly LoadedModel[], readyOnly: boolean): z.output<typeof repositoryIndex> {
  const isLoaded = ({ name, version }: IndexEntry) => loaded.some((model) => model.name === name && model.version === version);
  const entries = index.map((of) => ({
    name: of.name,
    version: of.version,
    state: isLoaded(of) ? ('READY' as const) : ('UNAVAILABLE' as const),
    reason: isLoaded(of) ? '' : (of.reason ?? (of.state === 'available' ? 'loads at its first request' : of.state)),
  }));
  return readyOnly ? entries.filter(({ state }) => state === 'READY') : entries;
}
