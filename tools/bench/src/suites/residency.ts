import { appendFile, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HostResourceProbe } from '@cortex/host';
import type { ResidencyState } from '@cortex/resource-governor';
import { CortexProcess, encoderFolder } from '@cortex/service-process';
import { load } from '../load';
import { figure, type Figure } from '../report';
import { quantile } from '../statistics';
import { TextSource } from '../texts';

const MODELS = 9;
/** A third of them fit. */
const FITTING = 3;
const TRAFFIC_MS = 45_000;
const SAMPLE_MS = 200;
const IN_FLIGHT = 4;

/** Three times more models than fit, asked for by Zipf: whether memory ever exceeds its budget, and whether what a load takes is foretold. */
export async function residency(): Promise<Figure[]> {
  const models = await mkdtemp(join(tmpdir(), 'cortex-bench-models-'));
  try {
    for (let index = 0; index < MODELS; index += 1) await copyModel(join(models, nameOf(index)), index);
    const oneBytes = await bytesOfOne(models);
    return await crowd(models, Math.ceil(oneBytes * (FITTING + 0.5)));
  } finally {
    await rm(models, { recursive: true, force: true });
  }
}

const nameOf = (index: number) => `encoder-${index}`;

/** The encoder's int8 file under a name of its own, and with a digest of its own: a comment at its end. */
async function copyModel(folder: string, index: number): Promise<void> {
  for (const file of ['config.json', 'modules.json', 'tokenizer.json', 'tokenizer_config.json', 'sentence_bert_config.json', '1_Pooling']) {
    await cp(join(encoderFolder, file), join(folder, file), { recursive: true });
  }
  await cp(join(encoderFolder, 'onnx/model_int8.onnx'), join(folder, 'onnx/model.onnx'));
  const comment = Buffer.from(`copy ${index}`);
  await appendFile(join(folder, 'onnx/model.onnx'), Buffer.concat([Buffer.from([0x32, comment.length]), comment])); // ModelProto.doc_string
}

async function bytesOfOne(models: string): Promise<number> {
  await using server = await CortexProcess.start({ MODEL_DIR: models });
  await ask(server, [nameOf(0)], { count: 4, inFlight: 1 });
  const { residents } = await stateOf(server);
  return residents.find(({ key }) => key.startsWith(`${nameOf(0)}@`))!.bytes;
}

async function crowd(models: string, budgetBytes: number): Promise<Figure[]> {
  await using server = await CortexProcess.start({ MODEL_DIR: models, MODEL_CACHE_SIZE: String(budgetBytes), ...ALLOCATOR });
  await using watch = await Watch.start(server);
  const traffic = Array.from({ length: 2_048 }, (_, index) => nameOf(zipf(index)));
  const report = await ask(server, traffic, { durationMs: TRAFFIC_MS, inFlight: IN_FLIGHT });
  const over = watch.held.map((bytes) => Math.max(0, bytes - budgetBytes));
  const reference = `MODEL_CACHE_SIZE ${Math.round(budgetBytes / 2 ** 20)} MiB, ${report.completed} requests answered, ${report.failed} refused, ${watch.loads} loads`;
  return [
    figure({ suite: 'residency', case: 'a working set of 3x `MODEL_CACHE_SIZE` under Zipf traffic: memory over budget, ever', value: Math.max(0, ...over) / 2 ** 20, unit: 'MiB', reference, samples: [] }, { atMost: 0 }),
    figure({ suite: 'residency', case: 'the same: resident memory of the process tree beside the budget, at most', value: (Math.max(...watch.resident) - watch.baseBytes) / budgetBytes, unit: 'of budget', reference: `${Math.round(watch.baseBytes / 2 ** 20)} MiB before the first load`, samples: [] }, { atMost: 1.15 }),
    figure({ suite: 'residency', case: 'predicted against measured resident memory after 3 loads', value: quantile(watch.misses, 0.95) * 100, unit: '%', reference: `p95 over ${watch.misses.length} loads of models that were loaded before`, samples: [] }, { atMost: 15, aim: 8 }),
  ];
}

const ALLOCATOR = { MALLOC_MMAP_THRESHOLD_: String(2 ** 17) };

/** Looks at the server five times a second. */
class Watch implements AsyncDisposable {
  readonly held: number[] = [];
  readonly resident: number[] = [];
  /** Of models that were loaded before: how far the measurement was from the prediction, as a part of it. */
  readonly misses: number[] = [];
  readonly #seen = new Map<string, number>();
  #last = new Map<string, string>();
  #going = true;
  readonly #loop: Promise<void>;

  private constructor(private readonly server: CortexProcess, private readonly probe: HostResourceProbe, readonly baseBytes: number) {
    this.#loop = this.#watch();
  }

  static async start(server: CortexProcess): Promise<Watch> {
    const probe = new HostResourceProbe({ pid: server.child.pid });
    return new Watch(server, probe, (await probe.residentBytes()) ?? 0);
  }

  get loads(): number {
    return [...this.#seen.values()].reduce((sum, count) => sum + count, 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#going = false;
    await this.#loop;
    this.probe[Symbol.dispose]();
  }

  async #watch(): Promise<void> {
    while (this.#going) {
      const state = await stateOf(this.server);
      this.held.push(state.heldBytes);
      this.resident.push((await this.probe.residentBytes()) ?? 0);
      this.#noteLoads(state);
      await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
    }
  }

  /** A load is new where its measurement is. */
  #noteLoads({ residents }: ResidencyState): void {
    const now = new Map(residents.filter(({ ready }) => ready).map(({ key, bytes, predictedBytes }) => [key, `${bytes} ${predictedBytes}`]));
    for (const { key, bytes, predictedBytes } of residents) {
      if (!now.has(key) || this.#last.get(key) === now.get(key)) continue;
      const before = this.#seen.get(key) ?? 0;
      if (before >= 3) this.misses.push(Math.abs(predictedBytes - bytes) / bytes);
      this.#seen.set(key, before + 1);
    }
    this.#last = now;
  }
}

async function stateOf(server: CortexProcess): Promise<ResidencyState> {
  const response = await fetch(`${server.url}/v1/governor`, { headers: await server.headers() });
  return ((await response.json()) as { residency: ResidencyState }).residency;
}

async function ask(server: CortexProcess, models: readonly string[], plan: { readonly durationMs?: number; readonly count?: number; readonly inFlight: number }) {
  const texts = new TextSource().texts(models.length, 28, 36);
  const requests = models.map((model, index) => ({ path: '/v1/embeddings', body: JSON.stringify({ model, input: texts[index]!.text, encoding_format: 'base64' }) }));
  return load({ port: server.port, headers: await server.headers(), requests, ...plan });
}

/** The index of a model by Zipf's law with exponent 1, the same in every run. */
function zipf(index: number): number {
  const total = Array.from({ length: MODELS }, (_, rank) => 1 / (rank + 1)).reduce((sum, weight) => sum + weight, 0);
  let point = ((index * 0.618_033_988_749_895) % 1) * total;
  for (let rank = 0; rank < MODELS; rank += 1) if ((point -= 1 / (rank + 1)) <= 0) return rank;
  return MODELS - 1;
}
