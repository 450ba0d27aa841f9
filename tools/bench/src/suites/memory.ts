import { CortexProcess } from '@cortex/service-process';
import { load, type LoadRequest } from '../load';
import { looksWhile } from '../looks';
import { figure, type Figure } from '../report';

const REQUESTS = 100_000;
const IN_FLIGHT = 32;
const DISTINCT = 5_000;

/** How often it is looked at, and over how many requests: the heap grows and is collected about once in them. */
const LOOK_MS = 50;
const WINDOW = 2 * REQUESTS;

/** Resident memory before and after many requests, once caches and heap have found their size: the least over a window, which is what a collection leaves. */
export async function memory(): Promise<Figure[]> {
  await using server = await CortexProcess.start();
  const requests: LoadRequest[] = Array.from({ length: DISTINCT }, (_, index) => ({
    path: '/v1/embeddings',
    body: JSON.stringify({ model: 'cortex-embed-small', input: `request number ${index} about ${'boundary layers '.repeat(1 + (index % 9))}`, encoding_format: 'base64' }),
  }));
  const ask = async (count: number) => load({ port: server.port, headers: await server.headers(), requests, inFlight: IN_FLIGHT, count });
  await ask(WINDOW);
  const before = await leastOver(server, () => ask(WINDOW));
  const growth = ((await leastOver(server, () => ask(WINDOW))) - before) / before;
  return [
    figure(
      { suite: 'memory', case: 'memory: RSS growth over 100,000 requests after warm-up', value: (growth * 100 * REQUESTS) / WINDOW, unit: '%', reference: `${Math.round(before / 2 ** 20)} MiB resident at least, after the first 200,000`, samples: [] },
      { atMost: 5, aim: 2 },
    ),
  ];
}

async function leastOver(server: CortexProcess, work: () => Promise<unknown>): Promise<number> {
  return Math.min(...(await looksWhile(work(), () => server.residentBytes(), LOOK_MS)));
}
