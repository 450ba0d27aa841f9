import { availableParallelism } from 'node:os';
import { z } from 'zod';

/** Checks options and fills in the defaults; unknown fields are dropped. */
export const onnxOptionsSchema = z.object({
  /** Inference threads, shared by all models; one a core that inference may fill. Default: the cores seen. */
  threads: z.number().int().min(1).max(256).default(() => availableParallelism()),
  /** Niceness of inference threads (Linux), so that serving goes first. Default 5. */
  nice: z.number().int().min(0).max(19).default(5),
  /** Where profiles and shared weights are kept between starts; absent: nothing is kept, and weights are not shared. */
  cacheDir: z.string().min(1).optional(),
  /** Most bytes of converted graphs in `cacheDir`; the least recently used go. Default 4 GiB. */
  cacheBytes: z.number().int().positive().default(4 * 2 ** 30),
  /** Models whose every measured batch runs in less than this stay on the serving thread, in milliseconds; 0: none. Default 0.3. */
  inlineBelowMs: z.number().min(0).default(0.3),
  /** `process`: every model in a child process of its own, as artifacts with `isolation` are in any case. Default `auto`: as measured. */
  placement: z.enum(['auto', 'process']).default('auto'),
  /** How long a child process may take to measure, convert or open a file, in milliseconds; then it is killed. Default 5 minutes. */
  processLoadMs: z.number().int().positive().default(300_000),
  /** How long a child process may take to end once its batches are done, in milliseconds; then it is killed. Default 5 seconds. */
  processExitMs: z.number().int().positive().default(5_000),
  /** Lost threads, and as many lost child processes, that are replaced within a minute; after that batches fail until the minute is over. Default 5. */
  restartsPerMinute: z.number().int().min(0).default(5),
  /** Told once, in a sentence, when `cacheDir` cannot be read or written; models are served all the same. Absent: nobody is told. */
  warn: z.custom<(message: string) => void>((value) => typeof value === 'function', 'expected a function').optional(),
});

/** How models are run by ONNX Runtime; every field has a default. */
export type OnnxOptions = z.input<typeof onnxOptionsSchema>;
