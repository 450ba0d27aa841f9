import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TokenRow, TokenWork } from '@cortex/inference';
import { internalContext } from '@cortex/kernel';
import type { ModelVersion } from '@cortex/model-registry';
import { FakeModelRegistry, aModelVersion } from '@cortex/model-registry/testing';
import type { InferenceRequest, Orchestrator } from '@cortex/orchestrator';
import { TextModels } from './text-models';
import { tinyTokenizerFile } from './testing/tiny-tokenizer';
import { Tokenizers } from './tokenizers';

const served = { name: 'answered', version: '1', variant: 'fp32', digest: 'sha256:0', batchInvariant: true };
const [UNK, CLS, SEP, HELLO, WORLD] = [1, 2, 3, 5, 6];
const context = () => internalContext();

describe('TextModels', () => {
  const folder = mkdtempSync(join(tmpdir(), 'text-models-'));
  const tokenizerFile = join(folder, 'tokenizer.json');
  writeFileSync(tokenizerFile, JSON.stringify(tinyTokenizerFile()));
  afterAll(() => rmSync(folder, { recursive: true }));

  const embedder = aModelVersion({ name: 'embedder', tokenizerFile, maxTokens: 8, vocabularySize: 7 });
  const reranker = aModelVersion({ name: 'reranker', task: 'rerank', tokenizerFile, maxTokens: 8, head: undefined });
  const classifier = aModelVersion({ name: 'classifier', task: 'classify', tokenizerFile, maxTokens: 8, head: undefined, labels: ['good', 'bad'] });
  const tensors = aModelVersion({ name: 'tensors', task: 'tensor', maxTokens: 0, head: undefined });

  /** A model that answers each row by `vector`; `work` is what it was asked. */
  async function models(versions: readonly ModelVersion[], vector: (row: TokenRow) => readonly number[] = ({ ids }) => [ids.length, 0, 0, 0]) {
    const work: TokenWork[] = [];
    const infer = ({ work: asked }: InferenceRequest<TokenWork>) => {
      work.push(asked);
      return Promise.resolve({ model: served, output: { kind: 'tokens', vectors: asked.rows.map((row) => Float32Array.from(vector(row))) } });
    };
    const route: Orchestrator['route'] = (routed, { run }, context) => run(routed, context);
    const orchestrator = { infer: infer as Orchestrator['infer'], route, glance: () => undefined };
    return { work, models: new TextModels(await FakeModelRegistry.of(...versions), orchestrator, new Tokenizers(4)) };
  }
  const idsOf = (work: readonly TokenWork[]) => work.flatMap(({ rows }) => rows.map(({ ids }) => [...ids]));

  describe('embed', () => {
    it('gives each text its vector and counts its tokens', async () => {
      const { models: texts, work } = await models([embedder]);
      const result = await texts.embed({ texts: ['hello', 'hello world', ''], truncate: true }, context());
      expect(result).toMatchObject({ model: served, tokens: 9, truncated: 0 });
      expect(result.vectors.map(([length]) => length)).toEqual([3, 4, 2]);
      expect(idsOf(work)).toEqual([[CLS, HELLO, SEP], [CLS, HELLO, WORLD, SEP], [CLS, SEP]]);
    });

    it('reports what it cut', async () => {
      const { models: texts, work } = await models([embedder]);
      const result = await texts.embed({ texts: ['hello '.repeat(200_000), 'hello'], truncate: true }, context());
      expect(result).toMatchObject({ tokens: 11, truncated: 1 });
      expect(idsOf(work)[0]).toHaveLength(8);
    });

    it('refuses what it may not cut, before anything runs', async () => {
      const { models: texts, work } = await models([embedder]);
      const refused = texts.embed({ texts: ['hello', 'hello '.repeat(7)], truncate: false }, context());
      await expect(refused).rejects.toMatchObject({ code: 'TEXT.TOO_LONG', kind: 'unprocessable', index: 1, limit: 8 });
      expect(work).toEqual([]);
    });

    it('uses token ids as they are', async () => {
      const { models: texts, work } = await models([{ ...embedder, tokenizerFile: undefined }]);
      expect(await texts.embed({ texts: [[HELLO, WORLD]], truncate: true }, context())).toMatchObject({ tokens: 2, truncated: 0 });
      expect(await texts.embed({ texts: [Array<number>(9).fill(HELLO)], truncate: true }, context())).toMatchObject({ tokens: 8, truncated: 1 });
      expect(idsOf(work)[0]).toEqual([HELLO, WORLD]);
    });

    it.each([7, -1, 1.5, NaN, 2 ** 40])('refuses the token id %d and says why it may have come', async (id) => {
      const { models: texts } = await models([embedder]);
      const refused = texts.embed({ texts: [[HELLO, id]], truncate: true }, context());
      await expect(refused).rejects.toThrow(/check_embedding_ctx_length=False/);
    });

    it('refuses no texts and a row of no ids', async () => {
      const { models: texts } = await models([embedder]);
      await expect(texts.embed({ texts: [], truncate: true }, context())).rejects.toMatchObject({ code: 'TEXT.EMPTY_INPUT', field: 'texts' });
      await expect(texts.embed({ texts: [[]], truncate: true }, context())).rejects.toMatchObject({ code: 'TEXT.EMPTY_INPUT' });
    });

    it('asks for the model\'s own head unless the caller says otherwise', async () => {
      const { models: texts, work } = await models([embedder]);
      await texts.embed({ texts: ['hello'], truncate: true }, context());
      await texts.embed({ texts: ['hello'], truncate: true, normalize: false }, context());
      expect(work.map(({ head }) => head)).toEqual([embedder.head, { ...embedder.head, normalize: false }]);
    });

    it('cuts vectors to a size that the model declares, and normalizes again', async () => {
      const { models: texts } = await models([{ ...embedder, dimensions: [2] }], () => [0.36, 0.48, 0.64, 0.48]);
      const { vectors } = await texts.embed({ texts: ['hello'], truncate: true, dimensions: 2 }, context());
      expect([...vectors[0]!].map((value) => value.toFixed(5))).toEqual(['0.60000', '0.80000']);
    });

    it('does not normalize a cut vector of a caller who wants it raw', async () => {
      const { models: texts } = await models([{ ...embedder, dimensions: [2] }], () => [3, 4, 5, 6]);
      const { vectors } = await texts.embed({ texts: ['hello'], truncate: true, dimensions: 2, normalize: false }, context());
      expect(vectors).toEqual([Float32Array.of(3, 4)]);
    });

    it('takes the model\'s own size without declaration and refuses others', async () => {
      const { models: texts } = await models([{ ...embedder, dimensions: [2, 8] }]);
      const asked = (dimensions: number) => texts.embed({ texts: ['hello'], truncate: true, dimensions }, context());
      expect((await asked(4)).vectors[0]).toHaveLength(4);
      for (const size of [3, 8, 0, -1, 1.5]) await expect(asked(size)).rejects.toMatchObject({ code: 'TEXT.DIMENSIONS', kind: 'invalid' });
    });

    it('lets a rollout of the plain name have its say', async () => {
      const registry = await FakeModelRegistry.of(embedder, { ...embedder, version: '2' });
      await registry.records.change('embedder', (record) => ({ ...record, rollouts: [{ alias: 'latest', version: '1', mode: 'canary', weight: 1, startedAt: 1 }] }));
      const asked: unknown[] = [];
      const infer = ({ model }: InferenceRequest<TokenWork>) => {
        asked.push(model);
        return Promise.resolve({ model: served, output: { kind: 'tokens', vectors: [Float32Array.of(1)] } });
      };
      const route: Orchestrator['route'] = (routed, { run }, by) => run(routed, by);
      await new TextModels(registry, { infer: infer as Orchestrator['infer'], route, glance: () => undefined }, new Tokenizers(4)).embed({ texts: ['hello'], truncate: true }, context());
      expect(asked).toMatchObject([{ version: { version: '1' }, rollout: { arm: 'canary', stable: { version: '2' } } }]);
    });

    it('charges tokenizing to the request', async () => {
      const { models: texts } = await models([embedder]);
      const { timings, ...rest } = context();
      await texts.embed({ texts: ['hello'], truncate: true }, { ...rest, timings });
      expect(timings.tokenizeMs).toBeGreaterThan(0);
    });

    it('refuses a model of another task and names one that can', async () => {
      const { models: texts } = await models([tensors, embedder]);
      const refused = texts.embed({ model: 'tensors', texts: ['hello'], truncate: true }, context());
      await expect(refused).rejects.toThrow('model tensors is for tensor, not for embed; embedder is');
    });

    it('refuses a model of another task where there is no other', async () => {
      const { models: texts } = await models([tensors]);
      const refused = texts.embed({ model: 'tensors', texts: ['hello'], truncate: true }, context());
      await expect(refused).rejects.toMatchObject({ code: 'TEXT.WRONG_TASK', alternative: undefined });
    });

    it('refuses text for a model without tokenizer', async () => {
      const { models: texts } = await models([{ ...embedder, tokenizerFile: undefined }]);
      await expect(texts.embed({ texts: ['hello'], truncate: true }, context())).rejects.toMatchObject({ code: 'TEXT.NO_TOKENIZER' });
    });
  });

  describe('resolve', () => {
    const tagger = aModelVersion({ name: 'tagger', task: 'token-classify', languages: ['en'] });

    it('says of the model that would answer what it is and what it is made for, and asks it nothing', async () => {
      const { models: texts, work } = await models([classifier, embedder, tagger]);
      expect(await texts.resolve({ model: 'tagger', tasks: ['embed'] }, context())).toEqual({ name: 'tagger', version: '1', task: 'token-classify', languages: ['en'] });
      expect(await texts.resolve({ model: 'classifier', tasks: ['classify'] }, context())).toEqual({ name: 'classifier', version: '1', task: 'classify', labels: ['good', 'bad'] });
      expect(work).toEqual([]);
    });

    it('takes the default of the first task that has one', async () => {
      const { models: texts } = await models([{ ...embedder, origin: 'bundled' }]);
      expect(await texts.resolve({ tasks: ['classify', 'embed'] }, context())).toMatchObject({ name: 'embedder', task: 'embed' });
      await expect(texts.resolve({ tasks: ['classify'] }, context())).rejects.toMatchObject({ code: 'REGISTRY.NO_DEFAULT_MODEL' });
      await expect(texts.resolve({ model: 'nobody', tasks: ['embed'] }, context())).rejects.toMatchObject({ code: 'REGISTRY.MODEL_NOT_FOUND' });
    });

    it('counts on the languages of both versions of a rollout: where the canary fails, the other one answers', async () => {
      const stable = { ...tagger, version: '2' };
      const registry = await FakeModelRegistry.of({ ...tagger, languages: ['de', 'en'] }, stable);
      await registry.records.change('tagger', (record) => ({ ...record, rollouts: [{ alias: 'latest', version: '1', mode: 'canary', weight: 1, startedAt: 1 }] }));
      const texts = new TextModels(registry, { infer: fail, route: fail, glance: fail }, new Tokenizers(4));
      expect(await texts.resolve({ model: 'tagger', tasks: ['token-classify'] }, context())).toMatchObject({ version: '1', languages: ['en'] });
    });
  });

  describe('rerank', () => {
    const request = { query: 'hello', documents: ['world', ''], truncate: true };

    it('reads query and document together with a cross-encoder', async () => {
      const { models: texts, work } = await models([embedder, reranker], ({ ids }) => [ids.length === 5 ? 2 : -800]);
      const result = await texts.rerank(request, context());
      expect(result).toMatchObject({ scoring: 'cross-encoder', tokens: 9, truncated: 0 });
      expect(result.scores).toEqual([{ raw: 2, score: expect.closeTo(0.880797, 5) }, { raw: -800, score: 0 }]);
      expect(idsOf(work)).toEqual([[CLS, HELLO, SEP, WORLD, SEP], [CLS, HELLO, SEP, SEP]]);
      expect(work[0]!.rows[0]!.typeIds).toEqual(Int32Array.of(0, 0, 0, 1, 1));
      expect(work[0]!.head).toEqual({ pooling: 'none', normalize: false });
    });

    it('compares vectors with an embedding model and says so', async () => {
      const vectors = [[1, 0], [0.6, 0.8], [-1, 0]];
      const { models: texts, work } = await models([embedder], () => vectors.shift()!);
      const result = await texts.rerank(request, context());
      expect(result.scoring).toBe('similarity');
      expect(result.scores).toEqual([{ raw: expect.closeTo(0.6, 5), score: expect.closeTo(0.6, 5) }, { raw: -1, score: 0 }]);
      expect(work).toHaveLength(1);
      expect(work[0]!.head.normalize).toBe(true);
    });

    it('refuses no documents, and a model that does neither', async () => {
      const { models: texts } = await models([classifier]);
      await expect(texts.rerank({ ...request, documents: [] }, context())).rejects.toMatchObject({ code: 'TEXT.EMPTY_INPUT', field: 'documents' });
      await expect(texts.rerank({ ...request, model: 'classifier' }, context())).rejects.toMatchObject({ code: 'TEXT.WRONG_TASK' });
      await expect(texts.rerank(request, context())).rejects.toMatchObject({ code: 'REGISTRY.NO_DEFAULT_MODEL' });
    });
  });

  describe('classify', () => {
    it('gives each label its probability', async () => {
      const { models: texts } = await models([classifier], () => [Math.log(3), 0]);
      const result = await texts.classify({ texts: ['hello'], truncate: true }, context());
      expect(result.labels).toEqual(['good', 'bad']);
      expect([...result.scores[0]!]).toEqual([expect.closeTo(0.75, 5), expect.closeTo(0.25, 5)]);
      expect([...result.logits[0]!]).toEqual([expect.closeTo(Math.log(3), 5), 0]);
    });

    it('judges labels that do not exclude each other one by one', async () => {
      const { models: texts } = await models([{ ...classifier, multiLabel: true }], () => [Math.log(3), 0]);
      const { scores } = await texts.classify({ texts: ['hello'], truncate: true }, context());
      expect([...scores[0]!]).toEqual([expect.closeTo(0.75, 5), expect.closeTo(0.5, 5)]);
    });

    it('reads pairs, and names labels that have no name', async () => {
      const { models: texts, work } = await models([{ ...classifier, labels: undefined }], () => [0, 0, 0]);
      const { labels } = await texts.classify({ texts: [['hello', 'world'], 'world'], truncate: true }, context());
      expect(labels).toEqual(['LABEL_0', 'LABEL_1', 'LABEL_2']);
      expect(idsOf(work)).toEqual([[CLS, HELLO, SEP, WORLD, SEP], [CLS, WORLD, SEP]]);
    });
  });

  describe('tokenize', () => {
    it('gives tokens of any model that reads text, beyond the length of its rows', async () => {
      const { models: texts } = await models([embedder]);
      const [tokens] = await texts.tokenize({ texts: ['hello '.repeat(20)], addSpecialTokens: false });
      expect(tokens).toHaveLength(20);
      expect(tokens![1]).toEqual({ id: HELLO, text: 'hello', special: false, start: 6, stop: 11 });
    });

    it('refuses a text that would hold up the others', async () => {
      const { models: texts } = await models([embedder]);
      await expect(texts.tokenize({ texts: [' '.repeat(100_001)], addSpecialTokens: true })).rejects.toMatchObject({ kind: 'too-large', limit: 100_000 });
    });
  });

  describe('decode', () => {
    it('gives texts for ids', async () => {
      const { models: texts } = await models([embedder]);
      expect(await texts.decode({ ids: [[CLS, HELLO, UNK, SEP], []], skipSpecialTokens: true })).toEqual(['hello', '']);
    });

    it('refuses ids that are not in the vocabulary', async () => {
      const { models: texts } = await models([embedder]);
      await expect(texts.decode({ ids: [[7]], skipSpecialTokens: true })).rejects.toMatchObject({ code: 'TEXT.TOKEN_OUT_OF_RANGE', id: 7, vocabularySize: 7 });
    });
  });
});

function fail(): never {
  throw new Error('nobody should ask');
}
