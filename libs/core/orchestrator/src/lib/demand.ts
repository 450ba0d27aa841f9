import { costOf, type CostModel } from '@cortex/batching';
import type { Work } from '@cortex/inference';
import type { Demand } from '@cortex/resource-governor';

/** Padded tokens of a usual batch: what one start-up cost is shared by. */
const USUAL_BATCH_TOKENS = 512;

/** What this work is predicted to take: milliseconds of one core, and the tokens in it (none in tensors without `input_ids`). */
export function demandOf(work: Work, model: CostModel): Demand {
  return { cpuMs: demandMs(work, model), tokens: tokensIn(work) };
}

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

function tokensIn(work: Work): number {
  if (work.kind === 'tensors') return work.inputs['input_ids']?.shape.reduce((product, size) => product * size, 1) ?? 0;
  let tokens = 0;
  for (const { ids } of work.rows) tokens += ids.length;
  return tokens;
}

function tensorDemandMs([rows = 1, length]: readonly number[], model: CostModel): number {
  return costOf(model, Math.max(1, rows), length ?? 1);
}

function firstShape(inputs: Readonly<Record<string, { readonly shape: readonly number[] }>>): readonly number[] {
  return [Object.values(inputs)[0]?.shape[0] ?? 1, 1];
}
