import { rm } from 'node:fs/promises';
import { onnxGraph } from '@cortex/onnx/testing';
import { CortexProcess } from '@cortex/service-process';
import { Client } from './client';
import { SPECIAL, textModelFolder } from './text-model-folder';

const WORDS = ['rain', 'money'];
const TOPICS = WORDS.length;
const row = ['batch', 'sequence'];

/** Entails by 2, and contradicts by -2, for each word of the text that is also one of the hypothesis: [contradiction, neutral, entailment]. */
function graph(): Uint8Array {
  const topics = new Float32Array((SPECIAL.length + TOPICS) * TOPICS);
  WORDS.forEach((_, topic) => (topics[(SPECIAL.length + topic) * TOPICS + topic] = 1));
  return onnxGraph({
    inputs: ['input_ids', 'token_type_ids'].map((name) => ({ name, dtype: 'int64', axes: row })),
    outputs: [{ name: 'logits', dtype: 'float32', axes: ['batch', 3] }],
    weights: {
      topics: { dtype: 'float32', shape: [SPECIAL.length + TOPICS, TOPICS], data: topics },
      sides: { dtype: 'float32', shape: [2, 2], data: Float32Array.of(1, 0, 0, 1) },
      flat: { dtype: 'int64', shape: [2], data: BigInt64Array.of(-1n, 4n) },
      says: { dtype: 'float32', shape: [4, 3], data: Float32Array.of(0, 0, 0, -2, 0, 2, 0, 0, 0, 0, 0, 0) },
    },
    nodes: [
      { op: 'Gather', inputs: ['topics', 'input_ids'], outputs: ['topic'] },
      { op: 'Gather', inputs: ['sides', 'token_type_ids'], outputs: ['side'] },
      { op: 'Transpose', inputs: ['side'], outputs: ['bySide'], attributes: { perm: [0, 2, 1] } },
      { op: 'MatMul', inputs: ['bySide', 'topic'], outputs: ['counts'] },
      { op: 'Transpose', inputs: ['counts'], outputs: ['byTopic'], attributes: { perm: [0, 2, 1] } },
      { op: 'MatMul', inputs: ['counts', 'byTopic'], outputs: ['common'] },
      { op: 'Reshape', inputs: ['common', 'flat'], outputs: ['pairs'] },
      { op: 'MatMul', inputs: ['pairs', 'says'], outputs: ['logits'] },
    ],
  });
}

describe('Labels that nobody trained, by a model of entailment', () => {
  let folder: string;
  let server: CortexProcess;
  let client: Client;
  beforeAll(async () => {
    folder = await textModelFolder({ name: 'entailer', task: 'classify', labels: ['contradiction', 'neutral', 'entailment'], maxTokens: 64 }, { graph: graph(), words: WORDS });
    server = await CortexProcess.start({ MODEL_DIR: folder, CORTEX_DEFAULT_MODELS: 'classify=entailer' });
    client = await Client.of(server);
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  async function classify(text: string, options: object = {}) {
    const { body } = await client.post('/v1/nlp/classify', { text, labels: WORDS, ...options });
    return body as unknown as { readonly cats: Readonly<Record<string, number>>; readonly engines: { readonly cats: string } };
  }

  it('judges them against each other by what the text entails', async () => {
    const { cats, engines } = await classify('Rain, rain and no money');
    expect(cats['rain']).toBeCloseTo(Math.exp(4) / (Math.exp(4) + Math.exp(2)), 5);
    expect(cats['rain']! + cats['money']!).toBeCloseTo(1, 5);
    expect(engines.cats).toMatch(/^entailer@1\+fp32 .* entailment$/);
  });

  it('judges each by itself where several may hold', async () => {
    const { cats } = await classify('Rain', { multiLabel: true });
    expect(cats).toEqual({ rain: expect.closeTo(1 / (1 + Math.exp(-4)), 5), money: expect.closeTo(0.5, 5) });
  });

  it('reads the hypothesis that the caller writes', async () => {
    const { cats } = await classify('Rain', { labels: { wet: 'rain', rich: 'money' }, hypothesisTemplate: 'Rain and money, not {}.' });
    expect(cats).toEqual({ wet: expect.closeTo(Math.exp(4) / (Math.exp(4) + Math.exp(2)), 5), rich: expect.closeTo(Math.exp(2) / (Math.exp(4) + Math.exp(2)), 5) });
  });
});
