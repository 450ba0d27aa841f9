import { CortexProcess, sharedModels } from '@cortex/service-process';
import { embeddingRequests } from '../embedding-requests';
import { load, type LoadReport } from '../load';
import { figure, type Figure } from '../report';
import { median, quantile } from '../statistics';
import { TextSource } from '../texts';

const ROUNDS = 3;
const ROUND_MS = 8_000;
const WARM_UP_MS = 4_000;
/** Thousands of connections are opened first: how long that takes is not what is asked. */
const SETTLE_MS = 1_000;
const TEXTS = 16;
const MODEL = 'all-MiniLM-L6-v2';
/** Of ten times what the server can do: mostly bulk, as it is when clients run wild. */
const SHARES = { high: 1, medium: 4, low: 5 } as const;
/** Few and small: what must get through whatever happens. */
const CRITICAL = { textsPerRequest: 1, perSecond: 20 };
const REFUSALS = [429, 503];

/** Ten times more than the server can do, of all priorities: what it still does, and how long the critical requests take. */
export async function overload(): Promise<Figure[]> {
  await using server = await CortexProcess.start({ MODEL_DIR: sharedModels, CORTEX_DEFAULT_MODELS: `embed=${MODEL}` });
  const source = new TextSource();
  await peak(server, source, WARM_UP_MS);
  const goodputs: number[] = [];
  const slowdowns: number[] = [];
  const offers: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const unloadedMs = quantile((await critical(server, source)).latencies, 0.99);
    const peakPerMs = await peak(server, source, ROUND_MS);
    const { goodPerMs, offeredPerMs, criticalMs } = await flood(server, source, peakPerMs);
    goodputs.push(goodPerMs / peakPerMs);
    slowdowns.push(criticalMs / unloadedMs);
    offers.push(offeredPerMs / peakPerMs);
  }
  return [
    figure({ suite: 'overload', case: '10x overload, mixed priorities: goodput against peak', value: median(goodputs), unit: 'of peak', reference: `texts/s of a closed loop with 16 in flight, ${TEXTS} texts a request`, samples: goodputs }, { atLeast: 0.9, aim: 0.97 }),
    figure({ suite: 'overload', case: 'the same: p99 of `critical` against its unloaded p99', value: median(slowdowns), unit: 'x', reference: `${CRITICAL.perSecond} single texts a second on an idle server`, samples: slowdowns }, { atMost: 3, aim: 2 }),
    figure({ suite: 'overload', case: 'the same: texts that were really offered against peak', value: median(offers), unit: 'of peak', reference: 'answered and refused, so that the overload is one', samples: offers }, { atLeast: 9 }),
  ];
}

/** Texts a millisecond. */
async function peak(server: CortexProcess, source: TextSource, durationMs: number): Promise<number> {
  const requests = embeddingRequests(source.texts(8_192, 28, 36), TEXTS, MODEL);
  const report = await load({ port: server.port, headers: await server.headers(), requests, inFlight: 16, durationMs });
  return (report.completed * TEXTS) / report.ms;
}

async function critical(server: CortexProcess, source: TextSource): Promise<LoadReport> {
  const requests = embeddingRequests(source.texts(1_024, 28, 36), CRITICAL.textsPerRequest, MODEL);
  const headers = { ...(await server.headers()), 'x-cortex-priority': 'critical' };
  return load({ port: server.port, headers, requests, inFlight: 16, ratePerSecond: CRITICAL.perSecond, durationMs: ROUND_MS, latencies: true });
}

async function flood(server: CortexProcess, source: TextSource, peakPerMs: number): Promise<{ goodPerMs: number; offeredPerMs: number; criticalMs: number }> {
  const perSecond = (peakPerMs * 1_000 * 10) / TEXTS;
  const headers = await server.headers();
  const durationMs = ROUND_MS + SETTLE_MS;
  const waves = Object.entries(SHARES).map(([priority, share]) => {
    const ratePerSecond = (perSecond * share) / 10;
    const inFlight = Math.ceil((ratePerSecond * durationMs) / 1_000); // one each: none waits for an answer to another
    return load({
      port: server.port, headers: { ...headers, 'x-cortex-priority': priority }, requests: embeddingRequests(source.texts(8_192, 28, 36), TEXTS, MODEL),
      inFlight, ratePerSecond, durationMs, refusals: REFUSALS,
    });
  });
  const later = new Promise((resolve) => setTimeout(resolve, SETTLE_MS)).then(() => critical(server, source));
  const [urgent, ...others] = await Promise.all([later, ...waves]);
  const goodPerMs = others.reduce((sum, { completed, ms }) => sum + (completed * TEXTS) / ms, urgent!.completed / urgent!.ms);
  const offeredPerMs = others.reduce((sum, { completed, refused }) => sum + ((completed + sumOf(Object.values(refused))) * TEXTS) / durationMs, 0);
  return { goodPerMs, offeredPerMs, criticalMs: quantile(urgent!.latencies, 0.99) };
}

const sumOf = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);
