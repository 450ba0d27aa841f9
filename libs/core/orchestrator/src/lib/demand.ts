import { costOf, type CostModel } from '@cortex/batching';
import type { Work } from '@cortex/inference';
import type { Demand } from '@cortex/resource-governor';

/** Padded tokens of a usual batch: what one start-up cost is shared by. */
const USUAL_BATCH_TOKENS = 512;

/** What this work takes when it is batched well: predicted milliseconds of one core, and its tokens (elements of the first axes where it has none). */
export function demandOf(work: Work, model: CostModel): Demand {
  if (work.kind === 'tensors') return tensorDemand(work.inputs['input_ids']?.shape ?? firstShape(work.inputs), model);
  let tokens = 0;
  let ms = 0;
  for (const { ids } of work.rows) {
    tokens += ids.length;
    ms += model.c1 * ids.length + model.c2 * ids.length ** 2;
  }
  return { cpuMs: ms + model.c0 * Math.max(tokens / USUAL_BATCH_TOKENS, 1 / 8), tokens };
}

/** Predicted milliseconds of a batch of this work alone. */
export function runMsOf(work: Work, model: CostModel): number {
  if (work.kind === 'tensors') return demandOf(work, model).cpuMs;
  const longest = work.rows.reduce((most, { ids }) => Math.max(most, ids.length), 1);
  return costOf(model, work.rows.length, longest);
}

function tensorDemand([rows = 1, length = 1]: readonly number[], model: CostModel): Demand {
  return { cpuMs: costOf(model, Math.max(1, rows), length), tokens: rows * length };
}

function firstShape(inputs: Readonly<Record<string, { readonly shape: readonly number[] }>>): readonly number[] {
  return [Object.values(inputs)[0]?.shape[0] ?? 1, 1];
}
