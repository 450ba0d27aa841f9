import { costOf, type CostModel } from '@cortex/batching';
import type { Work } from '@cortex/inference';

/** Padded tokens of a usual batch: what one start-up cost is shared by. */
const USUAL_BATCH_TOKENS = 512;

/** Predicted milliseconds of one core that this work takes when it is batched well. */
export function demandMs(work: Work, model: CostModel): number {
  if (work.kind === 'tensors') return tensorDemandMs(work.inputs['input_ids']?.shape ?? firstShape(work.inputs), model);
  let tokens = 0;
  let ms = 0;
  for (const { ids } of work.rows) {
    tokens += ids.length;
    ms += model.c1 * ids.length + model.c2 * ids.length ** 2;
  }
  return ms + model.c0 * Math.max(tokens / USUAL_BATCH_TOKENS, 1 / 8);
}

function tensorDemandMs([rows = 1, length]: readonly number[], model: CostModel): number {
  return costOf(model, Math.max(1, rows), length ?? 1);
}

function firstShape(inputs: Readonly<Record<string, { readonly shape: readonly number[] }>>): readonly number[] {
  return [Object.values(inputs)[0]?.shape[0] ?? 1, 1];
}
