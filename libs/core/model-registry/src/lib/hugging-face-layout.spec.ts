import { existsSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { onnxBytes, writeFiles } from '../testing/model-folders';
import { readHuggingFaceLayout } from './hugging-face-layout';
import { FileKnowledge, ModelFiles } from './model-files';
import type { ModelVersion } from './model-version';

const onnx = onnxBytes();
const modules = ['Transformer', 'Pooling', 'Normalize'].map((kind, idx) => ({ idx, path: kind === 'Pooling' ? '1_Pooling' : '', type: `sentence_transformers.models.${kind}` }));
const embedding = {
  'config.json': { architectures: ['BertModel'], vocab_size: 30_522, max_position_embeddings: 512 },
  'modules.json': modules,
  '1_Pooling/config.json': { pooling_mode_cls_token: true, pooling_mode_mean_tokens: false },
  'tokenizer.json': '{}',
  'onnx/model.onnx': onnx,
};

describe('readHuggingFaceLayout', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'hugging-face-')));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const read = async (files: Record<string, string | Uint8Array | object>): Promise<ModelVersion> => {
    await writeFiles(folder, files);
    const model = await readHuggingFaceLayout(new ModelFiles(folder, new FileKnowledge()), { name: 'm', origin: 'folder' });
    return model!;
  };
  const readConfig = (config: object, more: Record<string, object> = {}) => read({ 'config.json': config, 'tokenizer.json': '{}', 'model.onnx': onnx, ...more });

  it('leaves a folder without config.json to others', async () => {
    expect(await read({ 'model.onnx': onnx })).toBeUndefined();
  });

  describe('task', () => {
    it('reads modules.json as embed, pooled and normalized as its modules say', async () => {
      expect(await read(embedding)).toMatchObject({ version: '1', task: 'embed', head: { pooling: 'cls', normalize: true }, vocabularySize: 30_522, tokenizerFile: join(folder, 'tokenizer.json') });
    });

    it('reads one label as rerank', async () => {
      const model = await readConfig({ architectures: ['BertForSequenceClassification'], id2label: { 0: 'LABEL_0' } });
      expect(model).toMatchObject({ task: 'rerank', head: { output: 'logits', pooling: 'none', normalize: false } });
    });

    it('reads more labels as classify, in the order of their numbers', async () => {
      const id2label = Object.fromEntries(Array.from({ length: 12 }, (_, id) => [String(id), `label ${id}`]).reverse());
      const model = await readConfig({ architectures: ['DistilBertForSequenceClassification'], id2label });
      expect([model.task, model.labels]).toEqual(['classify', Array.from({ length: 12 }, (_, id) => `label ${id}`)]);
    });

    it('knows labels that do not exclude each other', async () => {
      const config = { architectures: ['BertForSequenceClassification'], num_labels: 3 };
      expect((await readConfig({ ...config, problem_type: 'multi_label_classification' })).multiLabel).toBe(true);
      expect((await readConfig({ ...config, problem_type: 'single_label_classification' })).multiLabel).toBeUndefined();
    });

    it('gives two labels to a classifier that names none', async () => {
      expect(await readConfig({ architectures: ['BertForSequenceClassification'] })).toMatchObject({ task: 'classify', labels: ['LABEL_0', 'LABEL_1'] });
    });

    it('reads a token classifier as one vector a token', async () => {
      const model = await readConfig({ architectures: ['BertForTokenClassification'], id2label: { 0: 'O', 1: 'B-PER' } });
      expect(model).toMatchObject({ task: 'token-classify', labels: ['O', 'B-PER'], head: { pooling: 'tokens', output: 'logits' } });
      expect(model.heads).toEqual({ tags: { kind: 'tags', columns: [0, 2], labels: ['O', 'B-PER'] } });
    });

    it('reads anything else as tensors, with its tokenizer where it has one', async () => {
      expect(await readConfig({ architectures: ['BertForMaskedLM'] })).toMatchObject({ task: 'tensor', head: undefined, maxTokens: 512, tokenizerFile: join(folder, 'tokenizer.json') });
      await rm(join(folder, 'tokenizer.json'));
      expect(await read({})).toMatchObject({ task: 'tensor', maxTokens: 0, tokenizerFile: undefined });
    });
  });

  describe('maxTokens', () => {
    it.each([
      { config: {}, expected: 512 },
      { config: { max_position_embeddings: 128 }, expected: 128 },
      { config: { max_position_embeddings: 512 }, tokenizer: { model_max_length: 256 }, expected: 256 },
      { config: { max_position_embeddings: 512 }, tokenizer: { model_max_length: 1e30 }, expected: 512 },
      { config: { max_position_embeddings: 512 }, tokenizer: { model_max_length: 512 }, sentence: { max_seq_length: 128 }, expected: 128 },
      { config: { max_position_embeddings: 512 }, sentence: { max_seq_length: 8_192 }, expected: 512 },
      { config: { max_position_embeddings: 514, model_type: 'xlm-roberta' }, expected: 512 },
      { config: { max_position_embeddings: -1 }, tokenizer: { model_max_length: 0 }, sentence: { max_seq_length: null }, expected: 512 },
    ])('follows from $config, tokenizer $tokenizer, sentence $sentence: $expected', async ({ config, tokenizer = {}, sentence = {}, expected }) => {
      expect(await readConfig(config, { 'tokenizer_config.json': tokenizer, 'sentence_bert_config.json': sentence })).toMatchObject({ maxTokens: expected });
    });
  });

  describe('variants', () => {
    it('takes their names from the files, fp32 first', async () => {
      const graphs = ['model_q4f16', 'model_quantized', 'model', 'model_int8', 'decoder_model'].map((name) => [`onnx/${name}.onnx`, onnx]);
      const { variants } = await read({ ...embedding, ...(Object.fromEntries(graphs) as Record<string, Uint8Array>) });
      expect(variants.map(({ name }) => name)).toEqual(['fp32', 'int8', 'q4f16', 'quantized']);
      expect(variants[1]).toMatchObject({ file: join(folder, 'onnx/model_int8.onnx'), bytes: onnx.length, externalData: [] });
    });

    it('takes a single graph of any name as fp32', async () => {
      const { variants } = await read({ 'config.json': {}, 'bge.onnx': onnx });
      expect(variants.map(({ name, file }) => [name, file])).toEqual([['fp32', join(folder, 'bge.onnx')]]);
    });
  });

  it.each<[string, Record<string, string | Uint8Array | object>, string]>([
    ['with an empty graph', { 'onnx/model.onnx': '' }, 'onnx/model.onnx is empty'],
    ['whose graph is cut off', { 'onnx/model.onnx': onnx.subarray(0, 12) }, 'onnx/model.onnx is cut off: it should be longer'],
    ['with weights outside the graph', { 'onnx/model.onnx': onnxBytes({ externalData: 'model.onnx_data' }), 'onnx/model.onnx_data': 'x' }, 'onnx/model.onnx takes weights from another file, which needs a cortex-model.json'],
    ['with two graphs for fp32', { 'onnx/model_fp32.onnx': onnx }, 'both the variant fp32'],
    ['with an odd variant', { 'onnx/model_a b.onnx': onnx }, 'a graph is named model_<variant>.onnx'],
    ['with a module that no head can do', { 'modules.json': [...modules, { type: 'sentence_transformers.models.Dense' }] }, "a module 'Dense' cannot be run"],
    ['pooled in an unknown way', { '1_Pooling/config.json': { pooling_mode_max_tokens: true } }, 'pooling by max_tokens is not known'],
    ['pooled in two ways', { '1_Pooling/config.json': { pooling_mode_cls_token: true, pooling_mode_mean_tokens: true } }, 'pooling by cls_token and mean_tokens'],
    ['whose pooling lies outside', { 'modules.json': [{ type: 'x.Pooling', path: '../..' }] }, 'is not a file name inside the folder'],
    ['with something else in modules.json', { 'modules.json': 'null' }, 'modules.json: the whole'],
    ['with labels that are no texts', { 'config.json': '{"id2label": {"__proto__": "x", "0": 5}}' }, 'config.json: id2label.0'],
  ])('refuses a folder %s', async (_, files, reason) => {
    await expect(read({ ...embedding, ...files })).rejects.toThrow(reason);
  });

  it('refuses labels that leave a number out', async () => {
    await expect(readConfig({ architectures: ['XForTokenClassification'], id2label: { 0: 'a', 2: 'b' } })).rejects.toThrow('id2label has no label 1');
  });

  it('refuses a text model without tokenizer.json', async () => {
    await expect(read({ 'config.json': { architectures: ['XForTokenClassification'] }, 'model.onnx': onnx })).rejects.toThrow('tokenizer.json is missing');
  });

  const sentenceModel = resolve(__dirname, '../../../../../../shared/models/all-MiniLM-L6-v2');
  const maybe = existsSync(sentenceModel) ? it : it.skip;
  maybe('reads all-MiniLM-L6-v2', async () => {
    const files = new ModelFiles(await realpath(sentenceModel), new FileKnowledge());
    const model = await readHuggingFaceLayout(files, { name: 'all-MiniLM-L6-v2', origin: 'folder' });
    expect(model).toMatchObject({ task: 'embed', head: { pooling: 'mean', normalize: true }, maxTokens: 256, vocabularySize: 30_522 });
    expect(model!.variants.map(({ name }) => name)).toEqual(['fp32', 'int8', 'quantized']);
  });
});
