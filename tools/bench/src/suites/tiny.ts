import { fork } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mlpGraph } from '@cortex/onnx/testing';
import { CortexProcess, freePort } from '@cortex/service-process';
import { answerOf, load } from '../load';
import { figure, type Figure } from '../report';
import { median } from '../statistics';

const ROUNDS = 7;
const ROUND_MS = 2_500;
const IN_FLIGHT = 64;

/** Requests a second of a 20-64-3 network over the Open Inference Protocol against Fastify's bare hello, alternately. */
export async function tiny(): Promise<Figure[]> {
  const models = await mkdtemp(join(tmpdir(), 'cortex-bench-models-'));
  await mkdir(join(models, 'tiny/1'), { recursive: true });
  await writeFile(join(models, 'tiny/1/model.onnx'), mlpGraph());
  try {
    await using server = await CortexProcess.start({ MODEL_DIR: models });
    const port = await freePort();
    const hello = fork(join(__dirname, '../hello.js'), [String(port)]);
    await answerOf(hello);
    const figures = [await compare(server, port)];
    hello.kill();
    return figures;
  } finally {
    await rm(models, { recursive: true, force: true });
  }
}

async function compare(server: CortexProcess, helloPort: number): Promise<Figure> {
  const data = Array.from({ length: 20 }, (_, index) => index / 7);
  const body = JSON.stringify({ inputs: [{ name: 'x', shape: [1, 20], datatype: 'FP32', data }] });
  const ours = async () => load({ port: server.port, headers: await server.headers(), requests: [{ path: '/v2/models/tiny/infer', body }], inFlight: IN_FLIGHT, durationMs: ROUND_MS });
  const theirs = () => load({ port: helloPort, headers: {}, requests: [{ path: '/' }], inFlight: IN_FLIGHT, durationMs: ROUND_MS });
  await ours();
  await theirs();
  const samples: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const [infer, hello] = [await ours(), await theirs()];
    samples.push(infer.completed / infer.ms / (hello.completed / hello.ms));
  }
  return figure(
    { suite: 'tiny', case: "tiny model (20-64-3), requests/s against Fastify's bare hello", value: median(samples), unit: 'of hello', reference: 'GET / of a Fastify server that answers {"hello":"world"}, same load', samples },
    { atLeast: 0.6, aim: 0.75 },
  );
}
