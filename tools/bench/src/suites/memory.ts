import { CortexProcess } from '@cortex/service-process';
import { load, type LoadRequest } from '../load';
import { figure, type Figure } from '../report';

const REQUESTS = 100_000;
const IN_FLIGHT = 32;
const DISTINCT = 5_000;

/** Resident memory before and after many requests, once caches and heap have found their size. */
export async function memory(): Promise<Figure[]> {
  await using server = await CortexProcess.start();
  const requests: LoadRequest[] = Array.from({ length: DISTINCT }, (_, index) => ({
    path: '/v1/embeddings',
    body: JSON.stringify({ model: 'cortex-embed-small', input: `request number ${index} about ${'boundary layers '.repeat(1 + (index % 9))}`, encoding_format: 'base64' }),
  }));
  const ask = async (count: number) => load({ port: server.port, headers: await server.headers(), requests, inFlight: IN_FLIGHT, count });
  await ask(REQUESTS);
  const before = await server.residentBytes();
  await ask(REQUESTS);
  const growth = ((await server.residentBytes()) - before) / before;
  return [
    figure(
      { suite: 'memory', case: 'memory: RSS growth over 100,000 requests after warm-up', value: growth * 100, unit: '%', reference: `${Math.round(before / 2 ** 20)} MiB resident after the first 100,000`, samples: [] },
      { atMost: 5, aim: 2 },
    ),
  ];
}
