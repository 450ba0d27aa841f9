import { CortexProcess } from '@cortex/service-process';
import { BatchService } from '../batch-service';
import { figure, type Figure } from '../report';
import { median } from '../statistics';
import { TextSource } from '../texts';

const CASE = 'batch job of 100,000 texts (embedded): rate against the in-process batcher alone';
const ROWS = 100_000;
const FEW_ROWS = 20_000;
const ENCODED_ROWS = 12_000;
const FAST = 'cortex-embed-small';
const ENCODER = 'all-MiniLM-L6-v2+int8';
const ROUNDS = 3;
const LOOK_MS = 50;
/** How much larger the input of the warm-up is than what is measured with the encoder: compilers and caches see enough of it. */
const WARM_UP_ROWS = 5_000;

/** What a job costs beside the inference itself, and what it holds in memory. */
export async function batchJobs(): Promise<Figure[]> {
  const texts = new TextSource().texts(ROWS, 28, 36).map(({ text }) => text);
  return [...(await rates(texts)), await memory(texts)];
}

async function rates(texts: readonly string[]): Promise<Figure[]> {
  await using service = await BatchService.start();
  const reference = 'the same texts asked of the text models in this process, 6 questions of 64 rows in flight, priority low, answers dropped';
  const samplesOf = async (model: string, format: 'jsonl' | 'arrow', some: readonly string[]) => {
    await service.lay(some);
    const samples: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) samples.push((await service.alone(model, some)) / (await service.job(model, format)));
    return samples;
  };
  await service.lay(texts.slice(0, WARM_UP_ROWS));
  for (const model of [FAST, ENCODER]) await service.job(model, 'jsonl');
  const cases = [
    { case: CASE, samples: await samplesOf(FAST, 'arrow', texts) },
    { case: 'the same, JSON lines out', samples: await samplesOf(FAST, 'jsonl', texts) },
    { case: 'the same, 12,000 texts by MiniLM int8, JSON lines out', samples: await samplesOf(ENCODER, 'jsonl', texts.slice(0, ENCODED_ROWS)) },
  ];
  return cases.map((one) => figure({ suite: 'batch-jobs', ...one, value: median(one.samples), unit: 'of alone', reference }, { atLeast: 0.9 }));
}

/** The server's peak over a job, against its peak over one of a fifth of the rows, after the heap has reached its size by one of each. */
async function memory(texts: readonly string[]): Promise<Figure> {
  await using server = await CortexProcess.start();
  const growth: number[] = [];
  let least = Infinity;
  for (let round = 0; round <= ROUNDS; round += 1) {
    const [few, many] = [await peakBytes(server, texts.slice(0, FEW_ROWS)), await peakBytes(server, texts)];
    if (round === 0) continue;
    growth.push(100 * (many / few - 1));
    least = Math.min(least, few);
  }
  return figure(
    { suite: 'batch-jobs', case: 'the same, memory: peak RSS of a job of 100,000 texts against one of 20,000', value: median(growth), unit: '% more', reference: `${Math.round(least / 2 ** 20)} MiB at most over a job of 20,000`, samples: growth },
    { atMost: 20, aim: 5 },
  );
}

async function peakBytes(server: CortexProcess, texts: readonly string[]): Promise<number> {
  const headers = await server.headers();
  const body = texts.map((text, id) => JSON.stringify({ id, text })).join('\n');
  const begun = await fetch(`${server.url}/v1/jobs?model=${FAST}`, { method: 'POST', headers: { ...headers, 'content-type': 'application/x-ndjson' }, body });
  const { id } = (await begun.json()) as { id: string };
  let peak = 0;
  for (let state = 'queued'; state === 'queued' || state === 'running'; ) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    peak = Math.max(peak, await server.residentBytes());
    ({ state } = (await (await fetch(`${server.url}/v1/jobs/${id}`, { headers })).json()) as { state: string });
    if (state === 'failed') throw new Error(`job ${id} failed`);
  }
  return peak;
}
