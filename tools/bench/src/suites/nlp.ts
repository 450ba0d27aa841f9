import { availableParallelism } from 'node:os';
import { CortexProcess } from '@cortex/service-process';
import { bare } from '../bare';
import { load } from '../load';
import { NLP_MODEL, NlpService, nlpModelFile } from '../nlp-service';
import { figure, type Figure } from '../report';
import { median } from '../statistics';
import { TextSource, type BenchText } from '../texts';

const TEXTS = 2_000;
const LENGTHS = [4, 256] as const;
const ROUNDS = 3;
const REFERENCE_MS = 5_000;
/** The caller knows the language: the model reads every text, as the reference does. */
const MODEL_STEPS = { steps: ['entities', 'sentiment'], language: 'en' };
const REFERENCE = 'onnxruntime, a worker a core, same file and texts, tokenized beforehand, length-sorted, 512 padded tokens a batch';
const PER_REQUEST = 128;

/** Names and sentiment through the pipeline against the bare encoder; all default steps against those two. */
export async function nlp(): Promise<Figure[]> {
  const source = new TextSource();
  const make = { even: () => source.texts(TEXTS, ...LENGTHS), skewed: () => source.skewedTexts(TEXTS, ...LENGTHS) };
  const figures: Figure[] = [];
  {
    await using service = await NlpService.start();
    const inProcess = (texts: readonly BenchText[]) => service.msOf(textsOf(texts), MODEL_STEPS);
    figures.push(await throughput('NER + sentiment over 2,000 texts of mixed length through the pipeline', make.even, inProcess));
    figures.push(await throughput('the same, short texts common and long ones rare', make.skewed, inProcess));
    figures.push(await allSteps(service, make.skewed));
  }
  await using server = await CortexProcess.start({ CORTEX_DEFAULT_MODELS: `token-classify=${NLP_MODEL}` });
  figures.push(await throughput('the same over HTTP, 128 texts a request, 4 in flight', make.skewed, (texts) => overHttp(server, texts)));
  return figures;
}

/** Our texts a second over those of the bare encoder, alternately. */
async function throughput(name: string, make: () => readonly BenchText[], msOf: (texts: readonly BenchText[]) => Promise<number>): Promise<Figure> {
  await msOf(make());
  const samples: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const texts = make();
    const ours = texts.length / (await msOf(texts));
    const reference = await bare({ file: nlpModelFile, rows: texts.map(({ ids }) => ids), workers: availableParallelism(), durationMs: REFERENCE_MS, batchTokens: 512 });
    samples.push(ours / reference.textsPerMs);
  }
  return figure({ suite: 'nlp', case: name, value: median(samples), unit: 'of bare', reference: REFERENCE, samples }, { atLeast: 0.75 });
}

async function allSteps(service: NlpService, make: () => readonly BenchText[]): Promise<Figure> {
  await service.msOf(textsOf(make()), {});
  const samples: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const texts = textsOf(make());
    const models = await service.msOf(texts, { steps: MODEL_STEPS.steps });
    samples.push(models / (await service.msOf(texts, {})));
  }
  return figure({ suite: 'nlp', case: 'analyze with all default steps', value: median(samples), unit: 'of both', reference: 'NER + sentiment alone, same texts', samples }, { atLeast: 0.6 });
}

async function overHttp(server: CortexProcess, texts: readonly BenchText[]): Promise<number> {
  const requests = Array.from({ length: Math.ceil(texts.length / PER_REQUEST) }, (_, index) => {
    const part = textsOf(texts.slice(index * PER_REQUEST, (index + 1) * PER_REQUEST));
    return { path: '/v1/nlp/analyze', body: JSON.stringify({ texts: part, ...MODEL_STEPS }) };
  });
  const { ms } = await load({ port: server.port, headers: await server.headers(), requests, inFlight: 4, count: requests.length });
  return ms;
}

function textsOf(texts: readonly BenchText[]): string[] {
  return texts.map(({ text }) => text);
}
