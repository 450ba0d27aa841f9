import { CortexProcess, sharedModels } from '@cortex/service-process';
import { embeddingRequests } from '../embedding-requests';
import { load, type LoadReport } from '../load';
import { figure, type Figure } from '../report';
import { median, quantile } from '../statistics';
import { TextSource } from '../texts';

const ROUNDS = 3;
const ROUND_MS = 8_000;
const WARM_UP_MS = 4_000;
const MODEL = 'all-MiniLM-L6-v2';
const INTERACTIVE_PER_SECOND = 15;

/** People who wait for an answer beside an ingest that takes whatever there is. */
export async function bulk(): Promise<Figure[]> {
  await using server = await CortexProcess.start({ MODEL_DIR: sharedModels, CORTEX_DEFAULT_MODELS: `embed=${MODEL}` });
  const source = new TextSource();
  await ingest(server, source, WARM_UP_MS);
  const slowdowns: number[] = [];
  const kept: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const idle = await interactive(server, source);
    const alone = await ingest(server, source, ROUND_MS);
    const [beside, sharing] = await Promise.all([interactive(server, source), ingest(server, source, ROUND_MS)]);
    slowdowns.push(quantile(beside.latencies, 0.95) / quantile(idle.latencies, 0.95));
    kept.push(sharing / alone);
  }
  return [
    figure({ suite: 'bulk', case: 'bulk ingest saturating the embedder: p95 of interactive requests against idle', value: median(slowdowns), unit: 'x', reference: `${INTERACTIVE_PER_SECOND} single texts a second on an idle server`, samples: slowdowns }, { atMost: 4, aim: 2.5 }),
    figure({ suite: 'bulk', case: 'the same: what bulk keeps of its own rate', value: median(kept), unit: 'of alone', reference: 'texts/s of 8 requests of 32 texts in flight at priority low, alone', samples: kept }, { atLeast: 0.5 }),
  ];
}

async function interactive(server: CortexProcess, source: TextSource): Promise<LoadReport> {
  const requests = embeddingRequests(source.texts(1_024, 28, 36), 1, MODEL);
  return load({ port: server.port, headers: await server.headers(), requests, inFlight: 16, ratePerSecond: INTERACTIVE_PER_SECOND, durationMs: ROUND_MS, latencies: true });
}

/** Texts a millisecond. */
async function ingest(server: CortexProcess, source: TextSource, durationMs: number): Promise<number> {
  const requests = embeddingRequests(source.texts(16_384, 28, 36), 32, MODEL);
  const headers = { ...(await server.headers()), 'x-cortex-priority': 'low' };
  const report = await load({ port: server.port, headers, requests, inFlight: 8, durationMs });
  return report.completed / report.ms;
}
