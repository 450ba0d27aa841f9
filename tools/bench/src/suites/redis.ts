import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CortexProcess, runningServices, sharedModels } from '@cortex/service-process';
import { load, type LoadReport } from '../load';
import { figure, type Figure } from '../report';
import { median } from '../statistics';
import { TextSource, type BenchText } from '../texts';

const ROUNDS = 3;
const IN_FLIGHT = 64;
const HITS = 4_000;
const WARM_HITS = 1_500;
const COMPUTE_MS = 4_000;

/** Requests a second that Redis answers, each by a vector that this replica never had, against requests that are computed. */
export async function redis(): Promise<Figure[]> {
  const cacheDir = await mkdtemp(join(tmpdir(), 'cortex-bench-'));
  const environment = { MODEL_DIR: sharedModels, CORTEX_DEFAULT_MODELS: 'embed=all-MiniLM-L6-v2', CACHE_DIR: cacheDir, REDIS_URL: runningServices().redis!.url, REDIS_KEY_PREFIX: `cortex-bench-${randomUUID()}` };
  const source = new TextSource();
  const texts = source.texts(WARM_HITS + HITS, 28, 36);
  try {
    await fill(environment, texts);
    const samples: number[] = [];
    // A replica that has answered once knows the vector itself: each round has one of its own.
    for (let round = 0; round < ROUNDS; round += 1) samples.push(await compare(environment, texts, source.texts(8_192, 28, 36)));
    return [
      figure(
        { suite: 'redis', case: 'Redis cache hit against computing (int8 MiniLM, 32 tokens), requests/s', value: median(samples), unit: 'times', reference: 'other texts of the same lengths, computed by the same replica, same load', samples },
        { atLeast: 3 },
      ),
    ];
  } finally {
    await rm(cacheDir, { recursive: true, force: true });
  }
}

/** Has another replica compute them all. */
async function fill(environment: Readonly<Record<string, string>>, texts: readonly BenchText[]): Promise<void> {
  await using filler = await CortexProcess.start(environment);
  await asked(filler, texts, { count: texts.length });
}

async function compare(environment: Readonly<Record<string, string>>, known: readonly BenchText[], fresh: readonly BenchText[]): Promise<number> {
  await using replica = await CortexProcess.start(environment);
  await asked(replica, fresh, { durationMs: COMPUTE_MS, cache: 'no-store' });
  await asked(replica, known.slice(0, WARM_HITS), { count: WARM_HITS });
  const computed = await asked(replica, fresh, { durationMs: COMPUTE_MS, cache: 'no-store' });
  const hits = await asked(replica, known.slice(WARM_HITS), { count: HITS });
  await requireHits(replica, WARM_HITS + HITS);
  return hits.completed / hits.ms / (computed.completed / computed.ms);
}

async function asked(server: CortexProcess, texts: readonly BenchText[], { cache, ...end }: { count?: number; durationMs?: number; cache?: string }): Promise<LoadReport> {
  const requests = texts.map(({ text }) => ({ path: '/v1/embeddings', body: JSON.stringify({ model: 'all-MiniLM-L6-v2+int8', input: text, encoding_format: 'base64' }) }));
  const headers = { ...(await server.headers()), ...(cache && { 'cache-control': cache }) };
  return load({ port: server.port, headers, requests, inFlight: IN_FLIGHT, ...end });
}

/** All but a few, which may have come twice. */
async function requireHits(server: CortexProcess, wanted: number): Promise<void> {
  const metrics = await (await fetch(`${server.url}/metrics`, { headers: await server.headers() })).text();
  const hits = Number(/^cortex_cache_requests_total\{cache="redis",outcome="hit"\} (\d+)$/m.exec(metrics)?.[1]);
  if (!(hits > 0.95 * wanted)) throw new Error(`${hits} of ${wanted} requests were answered by Redis`);
}
