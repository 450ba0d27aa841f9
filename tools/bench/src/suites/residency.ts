import { appendFile, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HostResourceProbe } from '@cortex/host';
import type { ResidencyState } from '@cortex/resource-governor';
import { CortexProcess, encoderFolder } from '@cortex/service-process';
import { ALLOCATOR } from '../allocator';
import { load } from '../load';
import { figure, type Figure } from '../report';
import { median } from '../statistics';
import { TextSource } from '../texts';

const MODELS = 9;
/** A third of them fit. */
const FITTING = 3;
const TRAFFIC_MS = 45_000;
const SAMPLE_MS = 200;
const IN_FLIGHT = 4;
const REFUSALS = [429, 503];

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
  await using watch = new Watch(server);
  const traffic = Array.from({ length: 2_048 }, (_, index) => nameOf(zipf(index)));
  const report = await ask(server, traffic, { durationMs: TRAFFIC_MS, inFlight: IN_FLIGHT });
  await watch.stop();
  for (let index = 0; index < MODELS; index += 1) await unload(server, nameOf(index));
  const { mostOverBytes, mostGrownBytes, misses, emptyBytes } = await watch.read(budgetBytes);
  const reference = `MODEL_CACHE_SIZE ${Math.round(budgetBytes / 2 ** 20)} MiB, ${report.completed} requests answered, ${watch.loads} loads`;
  const refused = Object.values(report.refused).reduce((sum, count) => sum + count, 0);
  return [
    figure({ suite: 'residency', case: 'a working set of 3x `MODEL_CACHE_SIZE` under Zipf traffic: memory over budget, ever', value: mostOverBytes / 2 ** 20, unit: 'MiB', reference, samples: [] }, { atMost: 0 }),
    figure({ suite: 'residency', case: 'the same: requests refused', value: refused, unit: 'requests', reference, samples: [] }, { atMost: 0 }),
    figure({ suite: 'residency', case: 'the same: resident memory of the process tree beside the budget, at most', value: mostGrownBytes / budgetBytes, unit: 'of budget', reference: `${Math.round(emptyBytes / 2 ** 20)} MiB when all are unloaded afterwards`, samples: [] }, { atMost: 1.15 }),
    figure({ suite: 'residency', case: 'predicted against measured resident memory after 3 loads', value: median(misses) * 100, unit: '%', reference: `what the loaded models were predicted to take against the growth of the process tree, ${misses.length} looks`, samples: [] }, { atMost: 15, aim: 8 }),
  ];
}

interface Look {
  readonly heldBytes: number;
  readonly residentBytes: number;
  /** What was predicted of all that is loaded; undefined while not all of it was loaded three times before. */
  readonly predictedBytes?: number;
}

/** Looks at the server five times a second. */
class Watch implements AsyncDisposable {
  readonly #looks: Look[] = [];
  /** Loads by model. */
  readonly #loads = new Map<string, number>();
  #last = new Set<string>();
  #going = true;
  readonly #probe: HostResourceProbe;
  readonly #loop: Promise<void>;

  constructor(private readonly server: CortexProcess) {
    this.#probe = new HostResourceProbe({ pid: server.child.pid });
    this.#loop = this.#watch();
  }

  get loads(): number {
    return [...this.#loads.values()].reduce((sum, count) => sum + count, 0);
  }

  async stop(): Promise<void> {
    this.#going = false;
    await this.#loop;
  }

  /** Now that nothing is loaded: how far memory went beyond the budget, beyond this emptiness, and from the predictions. */
  async read(budgetBytes: number) {
    const emptyBytes = (await this.#probe.residentBytes()) ?? 0;
    const misses = this.#looks.flatMap(({ residentBytes, predictedBytes }) => (predictedBytes ? [Math.abs(predictedBytes / (residentBytes - emptyBytes) - 1)] : []));
    return {
      emptyBytes, misses,
      mostOverBytes: Math.max(0, ...this.#looks.map(({ heldBytes }) => heldBytes - budgetBytes)),
      mostGrownBytes: Math.max(...this.#looks.map(({ residentBytes }) => residentBytes)) - emptyBytes,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    this.#probe[Symbol.dispose]();
  }

  async #watch(): Promise<void> {
    while (this.#going) {
      const state = await stateOf(this.server);
      const residentBytes = (await this.#probe.residentBytes()) ?? 0;
      this.#noteLoads(state);
      this.#looks.push({ heldBytes: state.heldBytes, residentBytes, ...this.#predicted(state) });
      await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
    }
  }

  #noteLoads({ residents }: ResidencyState): void {
    const now = new Set(residents.filter(({ ready }) => ready).map(({ key }) => key));
    for (const key of now) if (!this.#last.has(key)) this.#loads.set(key, (this.#loads.get(key) ?? 0) + 1);
    this.#last = now;
  }

  #predicted({ residents }: ResidencyState): Pick<Look, 'predictedBytes'> {
    const isKnown = residents.length > 0 && residents.every(({ key, ready }) => ready && this.#loads.get(key)! >= 3);
    return isKnown ? { predictedBytes: residents.reduce((sum, { predictedBytes }) => sum + predictedBytes, 0) } : {};
  }
}

async function unload(server: CortexProcess, model: string): Promise<void> {
  const response = await fetch(`${server.url}/v2/repository/models/${model}/unload`, { method: 'POST', headers: await server.headers(), body: '{}' });
  if (!response.ok) throw new Error(`unloading ${model} was refused with ${response.status}`);
}

async function stateOf(server: CortexProcess): Promise<ResidencyState> {
  const response = await fetch(`${server.url}/v1/governor`, { headers: await server.headers() });
  return ((await response.json()) as { residency: ResidencyState }).residency;
}

async function ask(server: CortexProcess, models: readonly string[], plan: { readonly durationMs?: number; readonly count?: number; readonly inFlight: number }) {
  const texts = new TextSource().texts(models.length, 28, 36);
  const requests = models.map((model, index) => ({ path: '/v1/embeddings', body: JSON.stringify({ model, input: texts[index]!.text, encoding_format: 'base64' }) }));
  return load({ port: server.port, headers: await server.headers(), requests, refusals: REFUSALS, ...plan });
}

/** The index of a model by Zipf's law with exponent 1, the same in every run. */
function zipf(index: number): number {
  const total = Array.from({ length: MODELS }, (_, rank) => 1 / (rank + 1)).reduce((sum, weight) => sum + weight, 0);
  let point = ((index * 0.618_033_988_749_895) % 1) * total;
  for (let rank = 0; rank < MODELS; rank += 1) if ((point -= 1 / (rank + 1)) <= 0) return rank;
  return MODELS - 1;
}
