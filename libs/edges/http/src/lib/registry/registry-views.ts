import { parseModelReference, type FilePin, type IndexEntry, type ModelRecord, type Rollouts } from '@cortex/model-registry';
import type { LoadedModel } from '@cortex/orchestrator';
import { InvalidRequestError } from '../http.errors';
import type { Answer } from '../route';
import type { RegistryModel } from './registry-schemas';

const SHOWN_HISTORY = 20;

/** What stands beside an index entry. */
export interface Beside {
  readonly loaded: readonly LoadedModel[];
  readonly record: ModelRecord;
}

/** Picked field by field: folders and files stay inside. */
export function modelView({ name, version, state, reason, model }: IndexEntry, { loaded: all, record }: Beside): RegistryModel {
  const loaded = all.filter((one) => one.name === name && one.version === version).map(loadedView);
  return {
    name, version, state: loaded.length > 0 ? 'loaded' : state, reason,
    aliases: Object.keys(record.aliases).filter((alias) => record.aliases[alias] === version),
    task: model?.task, origin: model?.origin, maxTokens: model?.maxTokens, labels: model?.labels && [...model.labels],
    license: model?.license, source: model?.source, description: model?.description,
    variants: model?.variants.map(({ name: variant, bytes }) => ({ name: variant, bytes })) ?? [], loaded,
    shared: Object.hasOwn(record.shared, version),
  };
}

export function loadedView({ variant, digest, batchInvariant, fidelity, placement, parallelism, memoryBytes, loadMs, choice }: LoadedModel): RegistryModel['loaded'][number] {
  const { reason, measured } = choice;
  return { variant, digest, batchInvariant, fidelity, placement, parallelism, memoryBytes, loadMs, choice: { reason, measured: [...measured] } };
}

export function detailView(entries: readonly IndexEntry[], beside: Beside, rollouts: Pick<Rollouts, 'report'>): Answer {
  const { name, aliases, gates, reports, pins, provenance, shared, history, rollouts: standing } = beside.record;
  return {
    name, versions: entries.map((entry) => modelView(entry, beside)), aliases,
    rollouts: standing.map((rollout) => ({ ...rollout, report: rollouts.report(name, rollout.alias) })),
    gates, reports, pins, provenance, history: history.slice(0, SHOWN_HISTORY),
    shared: Object.fromEntries(Object.entries(shared).map(([version, files]) => [version, sizesOf(files)])),
  };
}

function sizesOf(files: readonly FilePin[]): { readonly files: number; readonly bytes: number } {
  return { files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/** The name alone: what is changed here belongs to a model, not to one of its versions. @throws InvalidReferenceError, InvalidRequestError */
export function modelNameOf({ model = '' }: Readonly<Record<string, string>>): string {
  const { name, version, variant } = parseModelReference(model);
  if (version !== undefined || variant !== undefined) throw new InvalidRequestError('model', `model is '${model}', expected a name without version and variant`);
  return name;
}
