import type { RequestContext } from '@cortex/kernel';
import { printModelReference, type ModelRegistry } from '@cortex/model-registry';
import type { ObjectStore } from '@cortex/objects';
import { InputChangedError, InputNotFoundError } from '../batch-inference.errors';
import type { BatchSpec, Binding } from '../batch-job';
import type { WindowLimits } from '../batch-inference.options';
import type { RowTask } from '../tasks/row-task.port';

export interface BindingParts {
  readonly store: Pick<ObjectStore, 'find'>;
  readonly registry: Pick<ModelRegistry, 'resolve'>;
  readonly task: RowTask;
  readonly limits: WindowLimits;
}

/** Settles what every row of a job has in common: the input as it is now, the version and file that answer, the windows. @throws InputNotFoundError, and what registry and models throw */
export async function bind({ model: reference, input, parameters }: BatchSpec, { store, registry, task, limits }: BindingParts, context: RequestContext): Promise<Binding> {
  const object = await store.find(input.key);
  if (object === undefined) throw new InputNotFoundError('object', input.key);
  const { version, variant: wanted } = await registry.resolve(reference);
  const identity = { name: version.name, version: version.version };
  const asked = { model: printModelReference({ ...identity, variant: wanted }), parameters: task.form.parameters.parse(parameters) };
  const { model, columns } = await task.columns(asked, context);
  // Naming a variant whose bits depend on the batch would allow it to share batches.
  const variant = wanted ?? (model.batchInvariant ? model.variant : undefined);
  return {
    model: printModelReference({ ...identity, variant }), digest: model.digest, columns,
    inputBytes: object.bytes, inputModifiedAt: object.modifiedAt, ...limits,
  };
}

/** @throws InputNotFoundError, InputChangedError */
export async function checkInput({ input }: BatchSpec, { inputBytes, inputModifiedAt }: Binding, store: Pick<ObjectStore, 'find'>): Promise<void> {
  const object = await store.find(input.key);
  if (object === undefined) throw new InputNotFoundError('object', input.key);
  if (object.bytes !== inputBytes || object.modifiedAt !== inputModifiedAt) throw new InputChangedError();
}
