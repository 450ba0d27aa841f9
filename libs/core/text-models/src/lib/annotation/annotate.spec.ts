import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { TokenRow, TokenWork } from '@cortex/inference';
import { CallerGoneError, internalContext } from '@cortex/kernel';
import type { ModelVersion } from '@cortex/model-registry';
import { FakeModelRegistry, aModelVersion } from '@cortex/model-registry/testing';
import type { InferenceRequest, Orchestrator } from '@cortex/orchestrator';
import { awkwardTexts } from '../awkward-texts.fixture';
import { tinyTokenizerFile } from '../testing/tiny-tokenizer';
import { TextModels } from '../text-models';
import { Tokenizers } from '../tokenizers';

const served = { name: 'tagger', version: '1', variant: 'fp32', digest: 'sha256:0', batchInvariant: true };
const WORDS = ['we', 'met', 'ada', 'love', '##lace', 'paris', 'good', '.'];
const [WE, MET, ADA, LOVE, LACE, PARIS, GOOD] = [5, 6, 7, 8, 9, 10, 11];
const LABELS = ['O', 'B-PER', 'I-PER', 'B-LOC', 'I-LOC'];
const heads = {
  ner: { kind: 'tags', columns: [0, 5], labels: LABELS },
  mood: { kind: 'classify', columns: [5, 7], labels: ['bad', 'good'] },
} as const;

/** A token's label by its id, as sure as logits of 5 to 0; the first token says whether the row holds GOOD. */
function byWord({ ids }: TokenRow): Float32Array {
  const numbers = new Float32Array(ids.length * 7);
  ids.forEach((id, place) => (numbers[place * 7 + (LABEL_OF.get(id) ?? 0)] = 5));
  if (ids.includes(GOOD)) numbers[6] = Math.log(9);
  return numbers;
}
const LABEL_OF = new Map<number, number>([[ADA, 1], [LOVE, 2], [LACE, 3], [PARIS, 3]]);

describe('annotate', () => {
  const folder = mkdtempSync(join(tmpdir(), 'annotate-'));
  const tokenizerFile = join(folder, 'tokenizer.json');
  writeFileSync(tokenizerFile, JSON.stringify(tinyTokenizerFile({ words: WORDS })));
  afterAll(() => rmSync(folder, { recursive: true }));
  const tagger = aModelVersion({ name: 'tagger', task: 'token-classify', tokenizerFile, maxTokens: 64, head: { pooling: 'tokens', normalize: false }, heads });

  async function models(version: ModelVersion, numbers: (row: TokenRow) => Iterable<number> & ArrayLike<number> = byWord) {
    const work: TokenWork[] = [];
    const infer = ({ work: asked }: InferenceRequest<TokenWork>) => {
      work.push(asked);
      return Promise.resolve({ model: served, output: { kind: 'tokens', vectors: asked.rows.map((row) => Float32Array.from(numbers(row))) } });
    };
    const route: Orchestrator['route'] = (routed, { run }, context) => run(routed, context);
    const orchestrator = { infer: infer as Orchestrator['infer'], route, glance: () => undefined };
    return { work, models: new TextModels(await FakeModelRegistry.of(version), orchestrator, new Tokenizers(4)) };
  }

  const found = (text: string, spans: readonly { start: number; stop: number; label: string }[] = []) => spans.map(({ start, stop, label }) => [text.slice(start, stop), label]);

  it('finds spans where they stand, by the first piece of each word', async () => {
    const text = 'We met\r\nAda Lovelace, Paris';
    const { models: texts, work } = await models(tagger);
    const { texts: [annotation], ...rest } = await texts.annotate({ texts: [text] }, internalContext());
    expect(rest).toEqual({ model: served, tokens: 9 });
    expect(found(text, annotation!.spans['ner'])).toEqual([['Ada Lovelace', 'PER'], ['Paris', 'LOC']]);
    expect(annotation!.spans['ner']![0]).toMatchObject({ start: 8, stop: 20, score: expect.closeTo(Math.exp(5) / (Math.exp(5) + 4), 5) });
    expect(annotation!.windows).toBe(1);
    expect(work[0]).toMatchObject({ head: tagger.head, rows: [{ ids: Int32Array.of(2, WE, MET, ADA, LOVE, LACE, 1, PARIS, 3) }] });
    expect(work[0]!.rows[0]!.typeIds).toBeUndefined();
  });

  it('tells the letter case of each token\'s word to a model that reads it', async () => {
    const { models: texts, work } = await models({ ...tagger, tokenTypes: 'letter-case' });
    await texts.annotate({ texts: ['we MET Lovelace, aDa'] }, internalContext());
    expect(work[0]!.rows[0]!.typeIds).toEqual(Int32Array.of(0, 1, 3, 2, 2, 0, 4, 0));
  });

  it('keeps accents that are characters of their own with their letter', async () => {
    const text = 'ada\u0301\u0327 met';
    const { models: texts } = await models(tagger);
    const { texts: [annotation] } = await texts.annotate({ texts: [text] }, internalContext());
    expect(found(text, annotation!.spans['ner'])).toEqual([['ada\u0301\u0327', 'PER']]);
  });

  it('asks only for the heads that are wanted', async () => {
    const { models: texts } = await models(tagger);
    const { texts: [annotation] } = await texts.annotate({ texts: ['good'], heads: ['mood'] }, internalContext());
    expect(annotation).toEqual({ windows: 1, spans: {}, scores: { mood: { bad: expect.closeTo(0.1), good: expect.closeTo(0.9) } } });
  });

  it('divides logits by the head\'s temperature', async () => {
    const { models: texts } = await models({ ...tagger, heads: { ...heads, mood: { ...heads.mood, temperature: 2 } } });
    const { texts: [annotation] } = await texts.annotate({ texts: ['good'] }, internalContext());
    expect(annotation!.scores['mood']!['good']).toBeCloseTo(0.75);
  });

  it('gives nothing for texts without a word, and says who was asked', async () => {
    const { models: texts, work } = await models(tagger);
    const nothing = { windows: 0, spans: { ner: [] }, scores: {} };
    expect(await texts.annotate({ texts: ['', ' \r\n\u2003\u0000'] }, internalContext())).toEqual({ model: served, tokens: 0, texts: [nothing, nothing] });
    expect(work.flatMap(({ rows }) => rows)).toEqual([]);
    const { texts: [first, second] } = await texts.annotate({ texts: ['', 'ada'] }, internalContext());
    expect([first!.windows, second!.windows]).toEqual([0, 1]);
  });

  it('averages what windows say of a whole text, by their tokens', async () => {
    const { models: texts } = await models({ ...tagger, maxTokens: 10 }); // 8 words a window, 2 of them again in the next
    const { texts: [annotation] } = await texts.annotate({ texts: [`${'we '.repeat(12)}good`] }, internalContext());
    expect(annotation!.windows).toBe(2);
    expect(annotation!.scores['mood']!['good']).toBeCloseTo((10 * 0.5 + 9 * 0.9) / 19);
  });

  /** Labels each token by it and the `reach` tokens on both sides of it. */
  const byNeighbours = (reach: number) => ({ ids }: TokenRow) => [...ids].flatMap((_, place) => {
    let hash = 7;
    for (let at = place - reach; at <= place + reach; at += 1) hash = (hash * 31 + (ids[at] ?? 0) % 97) % 1_009;
    return [hash % 3 === 0 ? 4 : 0, hash % 3 === 1 ? 4 : 0, hash % 3 === 2 ? 4 : 0];
  });

  it('finds in windows what it finds in the whole, where the overlap holds the context that the model looks at', async () => {
    const version = { ...tagger, heads: { kind: { kind: 'tags', columns: [0, 3], labels: ['O', 'X', 'Y'] } } } as const;
    const whole = (await models({ ...version, maxTokens: 100_000 }, byNeighbours(2))).models;
    const cut = (await models({ ...version, maxTokens: 30 }, byNeighbours(2))).models; // overlaps of 7: 3 words before and behind each cut
    const texts = fc.array(fc.constantFrom('we', 'met', 'Ada', 'PARIS', 'good', '.'), { minLength: 60, maxLength: 300 }).map((words) => words.join(' '));
    await fc.assert(fc.asyncProperty(texts, async (text) => {
      const [one, many] = await Promise.all([whole, cut].map((asked) => asked.annotate({ texts: [text] }, internalContext())));
      expect(many!.texts[0]!.spans).toEqual(one!.texts[0]!.spans);
      expect(many!.texts[0]!.windows).toBeGreaterThan(2);
    }), { numRuns: 60 });
  });

  describe('with a model that reads sentences', () => {
    const reader = { ...tagger, rows: 'sentences' } as const;
    const rowsOf = async (text: string, version: ModelVersion = reader) => {
      const { models: asked, work } = await models(version);
      const { texts: [annotation] } = await asked.annotate({ texts: [text] }, internalContext());
      return { annotation: annotation!, sizes: work.flatMap(({ rows }) => rows.map(({ ids }) => ids.length - 2)) };
    };

    it('gives each sentence a row, and a short one together with the next', async () => {
      const long = `Ada ${'we '.repeat(32)}. `;
      const { annotation, sizes } = await rowsOf(`${long}We met. Paris! ${long}${long}Good.`);
      expect(sizes).toEqual([34, 39, 34, 2]);
      expect(annotation.windows).toBe(4);
    });

    it('reads a sentence that is longer than a row in windows, which end with it', async () => {
      const { sizes } = await rowsOf(`Met ${'we '.repeat(20)}. Ada ${'we '.repeat(12)}.`, { ...reader, maxTokens: 18 });
      expect(sizes).toEqual([16, 10, 14]);
    });

    it('lets no name go on in the next row', async () => {
      const heads = { ner: { kind: 'tags', columns: [0, 2], labels: ['O', 'X'] } } as const;
      const { models: asked } = await models({ ...reader, heads }, ({ ids }) => [...ids].flatMap(() => [0, 5]));
      const { texts: [annotation] } = await asked.annotate({ texts: [`${'Ada '.repeat(32)}. ${'Met '.repeat(32)}.`] }, internalContext());
      expect(annotation!.spans['ner']!.map(({ start, stop }) => [start, stop])).toEqual([[0, 129], [130, 259]]);
    });

    it('lets no name go on in the next line of a form, and reads a stop between', async () => {
      const { models: texts, work } = await models(reader);
      const text = 'Paris\nLove\nwe met\tLove';
      const { texts: [annotation] } = await texts.annotate({ texts: [text] }, internalContext());
      expect(found(text, annotation!.spans['ner'])).toEqual([['Paris', 'LOC']]);
      expect(work[0]!.rows.map(({ ids }) => [...ids])).toEqual([[2, PARIS, 12, LOVE, 12, WE, MET, 12, LOVE, 3]]);
    });

    it('finds in a text what it finds in its sentences', async () => {
      const version = { ...reader, heads: { kind: { kind: 'tags', columns: [0, 3], labels: ['O', 'X', 'Y'] } } } as const;
      const { models: asked } = await models(version, byNeighbours(3));
      const sentence = fc.array(fc.constantFrom('we', 'met', 'Ada', 'PARIS', 'good', ','), { minLength: 31, maxLength: 100 }).map((words) => `We ${words.join(' ')}.`);
      await fc.assert(fc.asyncProperty(fc.array(sentence, { minLength: 1, maxLength: 6 }), async (sentences) => {
        const { texts: [whole, ...alone] } = await asked.annotate({ texts: [sentences.join(' '), ...sentences] }, internalContext());
        let from = 0;
        const moved = alone.flatMap(({ spans }, index) => {
          const by = from;
          from += sentences[index]!.length + 1;
          return spans['kind']!.map((span) => ({ ...span, start: span.start + by, stop: span.stop + by }));
        });
        expect(whole!.spans['kind']).toEqual(moved);
      }), { numRuns: 60 });
    });
  });

  it.each([tagger, { ...tagger, rows: 'sentences' } as const])('gives spans in order that do not overlap, nor begin or end in white space, whatever the text (%#)', async (form) => {
    const version = { ...form, heads: { kind: { kind: 'tags', columns: [0, 3], labels: ['O', 'B-X', 'I-X'] } }, maxTokens: 12 } as const;
    const { models: asked } = await models(version, byNeighbours(1));
    await fc.assert(fc.asyncProperty(fc.array(awkwardTexts(), { minLength: 1, maxLength: 4 }), async (texts) => {
      const { texts: annotations } = await asked.annotate({ texts }, internalContext());
      annotations.forEach(({ spans }, index) => {
        let last = 0;
        for (const { start, stop, score } of spans['kind']!) {
          const slice = texts[index]!.slice(start, stop);
          expect(slice).toBe(slice.trim());
          expect([last <= start, start < stop, stop <= texts[index]!.length, score > 0 && score <= 1]).toEqual([true, true, true, true]);
          last = stop;
        }
      });
    }), { numRuns: 200 });
  }, 60_000);

  it.each([
    ['without white space', 'x'.repeat(1_000_000), 0],
    ['of a word and a mark in turn', 'paris,'.repeat(20_000), 20_000],
    ['of words', 'paris we '.repeat(30_000), 30_000],
    ['of characters that are removed', '\u0000'.repeat(1_000_000), 0],
    ['of ideographs', '東'.repeat(100_000), 0],
    ['of marks that end nothing', 'x.'.repeat(50_000), 0],
    ['of sentences of a word', 'Paris. '.repeat(20_000), 20_000],
  ])('reads a large text %s in bounded portions', async (_, text, expected) => {
    for (const version of [tagger, { ...tagger, rows: 'sentences' } as const]) {
      const { models: asked, work } = await models(version);
      const { texts: [annotation], tokens } = await asked.annotate({ texts: [text] }, internalContext());
      expect(annotation!.spans['ner']).toHaveLength(expected);
      const sizes = work.map(({ rows }) => rows.reduce((sum, { ids }) => sum + ids.length, 0));
      expect(Math.max(...sizes)).toBeLessThan(20_000);
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(tokens);
    }
  }, 60_000);

  it('stops when the caller has left', async () => {
    const caller = new AbortController();
    const { models: asked, work } = await models(tagger, (row) => {
      caller.abort(new CallerGoneError());
      return byWord(row);
    });
    await expect(asked.annotate({ texts: ['we '.repeat(200_000)] }, internalContext({ signal: caller.signal }))).rejects.toThrow(CallerGoneError);
    expect(work.length).toBeLessThan(3);
  });

  it('refuses nothing to read, and heads that the model does not have', async () => {
    const { models: asked } = await models(tagger);
    await expect(asked.annotate({ texts: [] }, internalContext())).rejects.toMatchObject({ code: 'TEXT.EMPTY_INPUT', field: 'texts' });
    await expect(asked.annotate({ texts: ['a'], heads: [] }, internalContext())).rejects.toMatchObject({ code: 'TEXT.EMPTY_INPUT', field: 'heads' });
    const unknown = asked.annotate({ texts: ['a'], heads: ['ner', 'constructor'] }, internalContext());
    await expect(unknown).rejects.toMatchObject({ code: 'TEXT.UNKNOWN_HEAD', message: 'model tagger has no head constructor, there is ner, mood' });
  });

  it('refuses a model whose folder does not say what its numbers mean, and one that is for something else', async () => {
    await expect((await models({ ...tagger, heads: undefined })).models.annotate({ texts: ['a'] }, internalContext())).rejects.toMatchObject({ code: 'TEXT.NO_HEADS' });
    const { models: embedder } = await models(aModelVersion({ name: 'embedder', tokenizerFile }));
    await expect(embedder.annotate({ model: 'embedder', texts: ['a'] }, internalContext())).rejects.toMatchObject({ code: 'TEXT.WRONG_TASK' });
    await expect(embedder.annotate({ texts: ['a'] }, internalContext())).rejects.toMatchObject({ code: 'REGISTRY.NO_DEFAULT_MODEL' });
  });

  it('refuses a graph of another width', async () => {
    const { models: asked } = await models(tagger, ({ ids }) => Array<number>(ids.length * 6).fill(0));
    await expect(asked.annotate({ texts: ['we met'] }, internalContext())).rejects.toMatchObject({ code: 'TEXT.WRONG_WIDTH', width: 6, expected: 7 });
  });

  it('refuses a tokenizer that does not say where its tokens stand', async () => {
    const other = join(folder, 'bpe.json');
    const file = tinyTokenizerFile();
    const { unk_token, vocab } = file.model;
    writeFileSync(other, JSON.stringify({ ...file, model: { type: 'BPE', unk_token, vocab, merges: [] } }));
    const { models: asked } = await models({ ...tagger, tokenizerFile: other });
    await expect(asked.annotate({ texts: ['hello'] }, internalContext())).rejects.toMatchObject({ code: 'TEXT.NO_OFFSETS', model: 'tagger' });
  });
});
