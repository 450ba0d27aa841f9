import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { internalContext, SilentTelemetry, SystemClock, type Budget } from '@cortex/kernel';
import { mlpGraph } from '@cortex/onnx/testing';
import { MemoryResultCache } from '@cortex/orchestrator';
import { Governor, governorOptionsSchema } from '@cortex/resource-governor';
import { CortexProcess } from '@cortex/service-process';
import { load } from '../load';
import { figure, type Figure } from '../report';
import { median } from '../statistics';

const ROUNDS = 7;
const ROUND_MS = 2_500;
const IN_FLIGHT = 64;
const ITERATIONS = 200_000;

/** What admission, ledger and cache cost a request, and how fast a cached answer is. */
export async function cache(): Promise<Figure[]> {
  const models = await mkdtemp(join(tmpdir(), 'cortex-bench-models-'));
  await mkdir(join(models, 'tiny/1'), { recursive: true });
  await writeFile(join(models, 'tiny/1/model.onnx'), mlpGraph());
  try {
    await using server = await CortexProcess.start({ MODEL_DIR: models });
    return await compare(server);
  } finally {
    await rm(models, { recursive: true, force: true });
  }
}

async function compare(server: CortexProcess): Promise<Figure[]> {
  const data = Array.from({ length: 20 }, (_, index) => index / 7);
  const tiny = { path: '/v2/models/tiny/infer', body: JSON.stringify({ inputs: [{ name: 'x', shape: [1, 20], datatype: 'FP32', data }] }) };
  const cached = { path: '/v1/embeddings', body: JSON.stringify({ model: 'cortex-embed-small', input: 'what does it cost to answer the same question twice?', encoding_format: 'base64' }) };
  const perMs = async (request: typeof tiny) => {
    const { completed, ms } = await load({ port: server.port, headers: await server.headers(), requests: [request], inFlight: IN_FLIGHT, durationMs: ROUND_MS });
    return completed / ms;
  };
  await perMs(tiny);
  await perMs(cached);
  const ratios: number[] = [];
  const costs: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const [tinyPerMs, cachedPerMs] = [await perMs(tiny), await perMs(cached)];
    ratios.push(cachedPerMs / tinyPerMs);
    costs.push(doorMs() * tinyPerMs * 100);
  }
  return [
    figure({ suite: 'cache', case: 'cost of admission + ledger + cache look-up on the hot path', value: median(costs), unit: '% of a request', reference: 'time of a request to the tiny model over HTTP at full throughput; a key with three budgets', samples: costs }, { atMost: 3, aim: 1 }),
    figure({ suite: 'cache', case: 'cached embedding, requests/s against uncached tiny model', value: median(ratios), unit: 'of tiny', reference: 'the 20-64-3 network over the Open Inference Protocol, same load', samples: ratios }, { atLeast: 1, aim: 1.2 }),
  ];
}

/** Milliseconds that one request spends at the door and at the cache, in a process of the same kind. */
function doorMs(): number {
  const governor = new Governor(governorOptionsSchema.parse({}), new SystemClock(), new SilentTelemetry());
  const results = new MemoryResultCache({ maxBytes: 1e6 }, new SilentTelemetry());
  results.store(['known'], [new Float32Array(256)]);
  const budgets: Budget[] = [
    { account: 'key:bench', resource: 'requests', limit: 1e9, windowMs: 60_000 },
    { account: 'key:bench', resource: 'tokens', limit: 1e12, windowMs: 60_000 },
    { account: 'key:bench', resource: 'cpuMs', limit: 1e12, windowMs: 60_000 },
  ];
  const context = internalContext({ budgets });
  const startedAt = performance.now();
  for (let index = 0; index < ITERATIONS; index += 1) {
    results.find(['unknown']);
    const permit = governor.admit({ cpuMs: 0.01, tokens: 20 }, context);
    if (permit instanceof Promise) throw new Error('a permit had to be waited for. This is a bug.');
    permit.settle();
    permit[Symbol.dispose]();
  }
  governor[Symbol.dispose]();
  return (performance.now() - startedAt) / ITERATIONS;
}
