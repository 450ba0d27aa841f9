import { costOf, type CostModel } from '@cortex/batching';
import type { TensorMap, Work } from '@cortex/inference';
import type { Demand } from '@cortex/resource-governor';

/** Padded tokens of a usual batch: what one start-up cost is shared by. */
const USUAL_BATCH_TOKENS = 512;

/** What this work takes when it is batched well: predicted milliseconds of one core at a pace, and its tokens (none in tensors without `input_ids`). */
export function demandOf(work: Work, model: CostModel, pace = 1): Demand {
  if (work.kind === 'tensors') return tensorDemand(work.inputs, model, pace);
  let tokens = 0;
  let ms = 0;
  for (const { ids } of work.rows) {
    tokens += ids.length;
    ms += model.c1 * ids.length + model.c2 * ids.length ** 2;
  }
  return { cpuMs: pace * (ms + model.c0 * Math.max(tokens / USUAL_BATCH_TOKENS, 1 / 8)), tokens };
}

/** Predicted milliseconds of a batch of this work alone. */
export function runMsOf(work: Work, model: CostModel): number {
  if (work.kind === 'tensors') return demandOf(work, model).cpuMs;
  const longest = work.rows.reduce((most, { ids }) => Math.max(most, ids.length), 1);
  return costOf(model, work.rows.length, longest);
}

function tensorDemand(inputs: TensorMap, model: CostModel, pace: number): Demand {
  const ids = inputs['input_ids'];
  const rows = (ids ?? Object.values(inputs)[0])?.shape[0] ?? 1;
  const length = ids?.shape[1] ?? 1;
  return { cpuMs: pace * costOf(model, Math.max(1, rows), length), tokens: ids ? rows * length : 0 };
}
