import { CortexProcess, sharedModels } from '@cortex/service-process';
import { load } from '../load';
import { figure, type Figure } from '../report';
import { median, quantile } from '../statistics';
import { TextSource } from '../texts';

const ROUNDS = 3;
const ROUND_MS = 8_000;

/** How long a liveness probe waits while bulk requests keep every core busy. */
export async function health(): Promise<Figure[]> {
  await using server = await CortexProcess.start({ MODEL_DIR: sharedModels, CORTEX_DEFAULT_MODELS: 'embed=all-MiniLM-L6-v2' });
  const source = new TextSource();
  const samples: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const texts = source.texts(8_192, 4, 256);
    const requests = Array.from({ length: 256 }, (_, index) => ({
      path: '/v1/embeddings',
      body: JSON.stringify({ model: 'all-MiniLM-L6-v2', input: texts.slice(index * 32, index * 32 + 32).map(({ text }) => text), encoding_format: 'base64' }),
    }));
    const saturating = load({ port: server.port, headers: await server.headers(), requests, inFlight: 16, durationMs: ROUND_MS });
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    samples.push(quantile(await probe(server, ROUND_MS - 2_000), 0.99));
    await saturating;
  }
  return [
    figure(
      { suite: 'health', case: '`/health/live` p99 while saturated', value: median(samples), unit: 'ms', reference: 'wall time of a probe each 10 ms, 16 requests of 32 mixed texts in flight', samples },
      { atMost: 10, aim: 6 },
    ),
  ];
}

/** Milliseconds of each probe. */
async function probe(server: CortexProcess, durationMs: number): Promise<number[]> {
  const times: number[] = [];
  for (const until = performance.now() + durationMs; performance.now() < until; ) {
    const startedAt = performance.now();
    const response = await fetch(`http://127.0.0.1:${server.port}/health/live`);
    await response.arrayBuffer();
    times.push(performance.now() - startedAt);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return times;
}
