import { join } from 'node:path';
import { availableParallelism } from 'node:os';
import { CortexProcess, encoderFolder, sharedModels } from '@cortex/service-process';
import { bare } from '../bare';
import { load } from '../load';
import { figure, type Figure } from '../report';
import { median } from '../statistics';
import { TextSource, type BenchText } from '../texts';

interface ThroughputCase {
  readonly case: string;
  readonly variant: 'int8' | 'fp32';
  /** Shortest and longest text, in tokens. */
  readonly lengths: readonly [number, number];
  readonly textsPerRequest: number;
  readonly inFlight: number;
  readonly encoding: 'base64' | 'float';
  readonly atLeast: number;
  readonly aim: number;
}

const CASES: readonly ThroughputCase[] = [
  { case: '1 text a request, 64 in flight, similar lengths, base64, int8', variant: 'int8', lengths: [28, 36], textsPerRequest: 1, inFlight: 64, encoding: 'base64', atLeast: 0.85, aim: 0.9 },
  { case: '32 texts a request, 4 in flight, int8', variant: 'int8', lengths: [28, 36], textsPerRequest: 32, inFlight: 4, encoding: 'base64', atLeast: 0.9, aim: 0.95 },
  { case: '32 texts a request, 4 in flight, fp32', variant: 'fp32', lengths: [28, 36], textsPerRequest: 32, inFlight: 4, encoding: 'base64', atLeast: 0.85, aim: 0.9 },
  { case: 'mixed lengths 4-256 tokens, 64 in flight, int8', variant: 'int8', lengths: [4, 256], textsPerRequest: 1, inFlight: 64, encoding: 'base64', atLeast: 0.8, aim: 0.87 },
  { case: '8 in flight, int8', variant: 'int8', lengths: [28, 36], textsPerRequest: 1, inFlight: 8, encoding: 'base64', atLeast: 0.7, aim: 0.78 },
];

const FILES = { int8: 'onnx/model_int8.onnx', fp32: 'onnx/model.onnx' };
const ROUNDS = 3;
const ROUND_MS = 5_000;
/** The compiler of the server's language is still at work in its first thousands of requests. */
const WARM_UP_MS = 6_000;

/** Texts a second over HTTP against the bare encoder loop, alternately. */
export async function embeddings(): Promise<Figure[]> {
  await using server = await CortexProcess.start({ MODEL_DIR: sharedModels, CORTEX_DEFAULT_MODELS: 'embed=all-MiniLM-L6-v2' });
  const source = new TextSource();
  const figures: Figure[] = [];
  for (const one of CASES) figures.push(await throughput(server, source, one));
  figures.push(await oneAtATime(server, source));
  return figures;
}

async function throughput(server: CortexProcess, source: TextSource, one: ThroughputCase): Promise<Figure> {
  await measured(server, source.texts(8_192, ...one.lengths), { ...one, durationMs: WARM_UP_MS });
  const samples: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const texts = source.texts(16_384, ...one.lengths);
    const ours = await measured(server, texts, { ...one, durationMs: ROUND_MS });
    const reference = await bare({ file: join(encoderFolder, FILES[one.variant]), rows: texts.slice(0, 1_024).map(({ ids }) => ids), workers: availableParallelism(), durationMs: ROUND_MS, batchTokens: 512 });
    samples.push(ours / reference.textsPerMs);
  }
  return figure(
    { suite: 'embeddings', case: one.case, value: median(samples), unit: 'of bare', reference: 'onnxruntime, a worker a core, same file and texts, length-sorted, 512 padded tokens a batch, no HTTP', samples },
    { atLeast: one.atLeast, aim: one.aim },
  );
}

/** Texts a millisecond. */
async function measured(server: CortexProcess, texts: readonly BenchText[], one: ThroughputCase & { readonly durationMs: number }): Promise<number> {
  const requests = Array.from({ length: Math.floor(texts.length / one.textsPerRequest) }, (_, index) => {
    const input = texts.slice(index * one.textsPerRequest, (index + 1) * one.textsPerRequest).map(({ text }) => text);
    return { path: '/v1/embeddings', body: JSON.stringify({ model: `all-MiniLM-L6-v2+${one.variant}`, input: one.textsPerRequest === 1 ? input[0] : input, encoding_format: one.encoding }) };
  });
  const report = await load({ port: server.port, headers: await server.headers(), requests, inFlight: one.inFlight, durationMs: one.durationMs });
  return (report.completed * one.textsPerRequest) / report.ms;
}

async function oneAtATime(server: CortexProcess, source: TextSource): Promise<Figure> {
  const samples: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const texts = source.texts(1_024, 28, 36);
    const requests = texts.map(({ text }) => ({ path: '/v1/embeddings', body: JSON.stringify({ model: 'all-MiniLM-L6-v2+int8', input: text, encoding_format: 'base64' }) }));
    const ours = await load({ port: server.port, headers: await server.headers(), requests, inFlight: 1, durationMs: ROUND_MS / 2, latencies: true });
    const reference = await bare({ file: join(encoderFolder, FILES.int8), rows: texts.map(({ ids }) => ids), workers: 1, durationMs: ROUND_MS / 2, batchTokens: 0 });
    samples.push(median(ours.latencies) - median(reference.runs));
  }
  return figure(
    { suite: 'embeddings', case: 'one at a time: added p50 over the bare run', value: median(samples), unit: 'ms', reference: 'p50 of one onnxruntime run, same file and texts, one at a time', samples },
    { atMost: 1, aim: 0.5 },
  );
}
