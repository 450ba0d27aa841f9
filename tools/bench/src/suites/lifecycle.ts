import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModelArtifact } from '@cortex/inference';
import { encoderFolder } from '@cortex/service-process';
import { ALLOCATOR } from '../allocator';
import { answerOf } from '../load';
import type { CyclePlan, CycleReport } from '../model-cycles';
import { figure, type Figure } from '../report';
import { median } from '../statistics';

const CYCLES = 100;
/** After the first few, when caches and heap have found their size. */
const REFERENCE_CYCLES = [5, 10] as const;
const LAST_CYCLES = 5;

/** Resident memory of the process tree over loads and unloads of a 90 MB model, in a process of its own and on threads. */
export async function lifecycle(): Promise<Figure[]> {
  return [
    await growth('a process of its own', { placement: 'process' }, { atMost: 2, aim: 1 }),
    await growth('workers', { placement: 'auto' }, { atMost: 25, aim: 10 }),
  ];
}

async function growth(where: string, options: CyclePlan['options'], bound: { readonly atMost: number; readonly aim: number }): Promise<Figure> {
  const residentBytes = await residentBytesOfCycles(options);
  const before = median(residentBytes.slice(...REFERENCE_CYCLES));
  const samples = residentBytes.slice(-LAST_CYCLES).map((bytes) => ((bytes - before) / before) * 100);
  const reference = `${Math.round(before / 2 ** 20)} MiB resident after cycles ${REFERENCE_CYCLES[0] + 1} to ${REFERENCE_CYCLES[1]}`;
  return figure({ suite: 'lifecycle', case: `memory: RSS growth over ${CYCLES} load/unload cycles of a 90 MB model, ${where}`, value: median(samples), unit: '%', reference, samples }, bound);
}

async function residentBytesOfCycles(options: CyclePlan['options']): Promise<readonly number[]> {
  const cacheDir = await mkdtemp(join(tmpdir(), 'cortex-bench-cache-'));
  const child = fork(join(__dirname, '../model-cycles.js'), { env: { ...process.env, ...ALLOCATOR } });
  try {
    child.send({ artifact: ENCODER, cycles: CYCLES, options: { threads: availableParallelism(), cacheDir, ...options } } satisfies CyclePlan);
    return (await answerOf<CycleReport>(child)).residentBytes;
  } finally {
    await rm(cacheDir, { recursive: true, force: true });
  }
}

const ENCODER: ModelArtifact = {
  name: 'all-MiniLM-L6-v2', version: '1', variant: 'fp32', file: join(encoderFolder, 'onnx/model.onnx'), digest: 'sha256:bench-fp32',
  maxTokens: 256, maxBatchRows: 32, vocabularySize: 30_522, head: { pooling: 'mean', normalize: true },
};
