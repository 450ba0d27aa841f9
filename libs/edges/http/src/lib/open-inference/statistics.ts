import type { ModelStatistics } from '@cortex/orchestrator';
import { z } from 'zod';
import { named } from '../named';

interface Duration {
  readonly count: number;
  readonly ms: number;
}

const duration = named('DurationStatistic', z.object({ count: z.int(), ns: z.int() }));

export const statisticsResponse = named('ModelStatisticsResponse', z.object({
  model_stats: z.array(z.object({
    name: z.string(),
    version: z.string(),
    last_inference: z.int().describe('Milliseconds since the epoch'),
    inference_count: z.int(),
    execution_count: z.int(),
    inference_stats: z.object({
      success: duration, fail: duration, queue: duration, compute_input: duration, compute_infer: duration, compute_output: duration,
      cache_hit: duration, cache_miss: duration,
    }),
    batch_stats: z.array(z.object({ batch_size: z.int(), compute_input: duration, compute_infer: duration, compute_output: duration })),
  })),
}));

/** Copying in and out is part of the run here, so it is counted with it. */
const NONE = { count: 0, ns: 0 };

/** In the schema of Triton's statistics extension. */
export function statisticsAnswer(statistics: readonly ModelStatistics[]): z.output<typeof statisticsResponse> {
  return { model_stats: statistics.map(modelStat) };
}

function modelStat(of: ModelStatistics): z.output<typeof statisticsResponse>['model_stats'][number] {
  return {
    name: of.model.name,
    version: of.model.version,
    last_inference: Math.round(of.lastInferenceAt),
    inference_count: of.inferenceCount,
    execution_count: of.executionCount,
    inference_stats: {
      success: nanoseconds(of.success), fail: nanoseconds(of.fail), queue: nanoseconds(of.queue),
      compute_input: NONE, compute_infer: nanoseconds(of.run), compute_output: NONE,
      cache_hit: nanoseconds(of.cacheHit), cache_miss: nanoseconds(of.cacheMiss),
    },
    batch_stats: of.batches.map((batch) => ({ batch_size: batch.rows, compute_input: NONE, compute_infer: nanoseconds(batch), compute_output: NONE })),
  };
}

function nanoseconds({ count, ms }: Duration): { count: number; ns: number } {
  return { count, ns: Math.round(ms * 1e6) };
}
