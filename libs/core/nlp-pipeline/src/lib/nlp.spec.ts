import { internalContext } from '@cortex/kernel';
import { FakeTextModels } from '@cortex/text-models/testing';
import fc from 'fast-check';
import { z } from 'zod';
import type { Doc, Entity, Span } from './doc';
import { Nlp, type AnalyzeOptions } from './nlp';
import { nlpOptionsSchema } from './nlp.options';
import { MemoryPipelineCatalog } from './pipeline/memory-pipeline-catalog';
import { Pipelines } from './pipeline/pipelines';
import { defineStep, type StepKind } from './steps/define-step';
import { StepKinds } from './steps/step-kinds';
import { AWKWARD } from './text/awkward.fixture';

const ENGLISH = 'We met Ada Lovelace in London yesterday. It was a good day for all of us.';
const GERMAN = 'Das ist ein deutscher Satz mit vielen Wörtern, den niemand übersetzt hat.';

function nlpOver(models = new FakeTextModels(), settings = {}, steps: readonly StepKind[] = []) {
  const parts = { ...nlpOptionsSchema.parse(settings), models };
  const kinds = new StepKinds(steps);
  return new Nlp(kinds, parts, new Pipelines(new MemoryPipelineCatalog(), kinds, parts));
}
async function analyze(texts: readonly string[], options: AnalyzeOptions = {}, models = new FakeTextModels()) {
  return nlpOver(models).analyze(texts, options, internalContext());
}

describe('Nlp', () => {
  beforeAll(() => nlpOver().warmUp(), 60_000);

  describe('analyze', () => {
    it('finds language, sentences, tokens, entities and mood, and says who found each', async () => {
      const [doc] = await analyze([ENGLISH]);
      expect(doc).toMatchObject({
        text: ENGLISH,
        offsetUnit: 'utf16',
        language: { code: 'en' },
        sents: [{ start: 0, end: 40 }, { start: 41, end: 73 }],
        ents: [{ text: 'We', label: 'PER' }, { text: 'Ada Lovelace', label: 'PER' }, { text: 'London', label: 'LOC' }, { text: 'It' }],
        sentiment: { label: 'positive' },
        windows: { ents: 1, sentiment: 1 },
        engines: { language: 'eld@2.1.0', sents: 'cortex-sentences@2', tokens: 'cortex-tokens@1', ents: 'fake-annotate@1+fp32 (sha256:fake-annotate)' },
      });
      expect(doc!.errors).toBeUndefined();
    });

    it('finds no names within addresses', async () => {
      const [doc] = await analyze(['Write to Ada@Lovelace.org, or see https://example.com/London and Paris.'], { steps: ['entities', 'pii'], language: 'en' });
      expect((doc!['ents'] as readonly Entity[]).map(({ text }) => text)).toEqual(['Write', 'Paris']);
    });

    it('asks the model once for both of its heads, and once for a text that comes twice', async () => {
      const models = new FakeTextModels();
      await analyze([ENGLISH, 'Bob is fine.', ENGLISH], { steps: ['entities', 'sentiment'] }, models);
      expect(models.asked).toEqual([{ head: 'annotate', texts: [ENGLISH, 'Bob is fine.'] }]);
    });

    it('says of a language that the model is not made for that it is not, and nothing else of that text', async () => {
      const [german, english, chinese] = await analyze([GERMAN, ENGLISH, '你好'], { steps: ['entities'] });
      expect(german).toMatchObject({ language: { code: 'de' }, errors: [{ step: 'entities', code: 'NLP.LANGUAGE_UNSUPPORTED' }] });
      expect(german).not.toHaveProperty('ents');
      expect(english!['ents']).toBeDefined();
      expect(chinese!.errors).toMatchObject([{ code: 'NLP.LANGUAGE_UNSUPPORTED' }]);
    });

    it('uses the model that was named for a language', async () => {
      const models = new FakeTextModels({ profiles: { 'ner-de': { languages: ['de'] } } });
      const [german, english] = await analyze([GERMAN, ENGLISH], { steps: [{ use: 'entities', with: { models: { de: 'ner-de' } } }] }, models);
      expect([german!.engines['ents'], english!.engines['ents']]).toEqual(['ner-de@1+fp32 (sha256:ner-de)', 'fake-annotate@1+fp32 (sha256:fake-annotate)']);
    });

    it('believes a caller who knows the language', async () => {
      const [doc] = await analyze(['Chat'], { language: 'fr', steps: ['entities'] });
      expect(doc).toMatchObject({ language: { code: 'fr', confidence: 1 }, engines: { language: 'caller' }, errors: [{ code: 'NLP.LANGUAGE_UNSUPPORTED' }] });
    });

    it('gives 499 of 500 texts their results, and one its error', async () => {
      const texts = Array.from({ length: 500 }, (_, index) => (index === 321 ? `${ENGLISH} boom` : `${index} ${ENGLISH}`));
      const docs = await analyze(texts, {}, new FakeTextModels({ refused: 'boom' }));
      const failed = docs.flatMap((doc, index) => (doc.errors ? [index] : []));
      expect(failed).toEqual([321]);
      expect(docs[321]).toMatchObject({ language: { code: 'en' }, sents: expect.any(Array), errors: [{ step: 'entities', code: 'TEXT.FAKE' }, { step: 'sentiment', code: 'TEXT.FAKE' }] });
      expect(docs.every((doc, index) => index === 321 || (doc['ents'] && doc['sentiment']))).toBe(true);
    });

    it('fails whole where the failure is everybody\'s', async () => {
      const gone = new AbortController();
      gone.abort(new Error('left'));
      await expect(nlpOver().analyze([ENGLISH], {}, internalContext({ signal: gone.signal }))).rejects.toThrow('left');
    });

    it.each(AWKWARD)('keeps every offset right in %s', async (_, text) => {
      const [doc] = await analyze([text], { language: 'en' });
      checkOffsets(doc!);
      checkOffsets(doc!, 'codepoint', (await analyze([text], { language: 'en', offsetUnit: 'codepoint' }))[0]!);
    });

    it('slices the text at an entity\'s offsets to its text, of any text', async () => {
      const piece = fc.oneof(fc.string({ unit: 'binary', maxLength: 4 }), fc.constantFrom('Ada ', 'in London', '👨‍👩‍👧 ', 'Zoe\u0301 ', '\ud800', '. ', '𝒜da '));
      const texts = fc.array(fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')), { minLength: 1, maxLength: 5 });
      await fc.assert(
        fc.asyncProperty(texts, async (texts) => {
          const docs = await analyze(texts, { language: 'en' });
          const counted = await analyze(texts, { language: 'en', offsetUnit: 'codepoint' });
          for (const [index, doc] of docs.entries()) {
            checkOffsets(doc);
            checkOffsets(doc, 'codepoint', counted[index]!);
          }
        }),
        { numRuns: 60 },
      );
    }, 30_000);

    it('refuses more text than the limit, with the limit', async () => {
      const nlp = nlpOver(new FakeTextModels(), { maxCharacters: 10 });
      await expect(nlp.analyze(['12345', '123456'], {}, internalContext())).rejects.toMatchObject({ code: 'NLP.TEXT_TOO_LARGE', kind: 'too-large', characters: 11, limit: 10 });
    });

    it('names a step that it does not know, and a parameter that it does not take', async () => {
      await expect(analyze(['x'], { steps: ['magic'] })).rejects.toMatchObject({ code: 'NLP.UNKNOWN_STEP', field: 'steps[0].use' });
      await expect(analyze(['x'], { steps: ['tokens', { use: 'language', with: { atLeast: 2 } }] })).rejects.toMatchObject({ code: 'NLP.INVALID_DEFINITION', field: 'steps[1].with.atLeast' });
    });

    it('takes the later of two steps for one part, in their own way of naming it', async () => {
      const [doc] = await analyze([ENGLISH], { steps: ['tokens', 'pos-lemma', 'keyphrases'] });
      expect(doc).toMatchObject({ tokens: expect.arrayContaining([expect.objectContaining({ pos: 'PRON', lemma: 'we' })]), keyphrases: expect.any(Array) });
      expect(doc!.errors).toBeUndefined();
    });

    it('says that a model has no head for what it is asked', async () => {
      await expect(analyze([ENGLISH], { steps: [{ use: 'sentiment', with: { head: 'irony' } }] })).rejects.toMatchObject({ code: 'NLP.HEAD_MISSING', field: 'model' });
    });

    it.each([['without a space', 'a'], ['of spaces', ' '], ['of sentences', `${ENGLISH} `], ['of dots', '.'], ['of digits', '1'], ['of characters that need no spaces', '漢']])('reads a megabyte %s', async (_, unit) => {
      const text = unit.repeat(1_000_000 / Buffer.byteLength(unit));
      const [doc] = await analyze([text], { language: 'en', steps: ['sentences', 'tokens', 'entities', 'sentiment', 'pii'] });
      expect(doc!.errors).toBeUndefined();
      checkOffsets(doc!);
    }, 30_000);

    it('compiles the same steps once, whoever asks, and others anew', async () => {
      let made = 0;
      const counted = defineStep({ use: 'counted', parameters: z.strictObject({ as: z.string().optional() }), make: () => ((made += 1), { gives: 'count', run: async (docs) => docs.map(() => ({ value: 1, engine: 'counter' })) }) });
      const nlp = nlpOver(new FakeTextModels(), {}, [counted]);
      const ask = (steps: AnalyzeOptions['steps'], language?: string) => nlp.analyze([ENGLISH], { steps, language }, internalContext());
      await ask(['counted']);
      const once = made;
      await ask(['counted']);
      expect(made).toBe(once);
      await ask([{ use: 'counted', with: { as: 'other' } }]);
      await ask(['counted'], 'en');
      expect(made).toBe(3 * once);
    });

    it('answers no texts with no docs', async () => {
      expect(await analyze([])).toEqual([]);
    });
  });

  describe('analyzeStream', () => {
    it('gives a Doc a text in their order, and reads no further than its batch', async () => {
      let read = 0;
      const texts = (async function* () {
        for (; read < 1_000; read += 1) yield `${read} ${ENGLISH}`;
      })();
      const docs: Doc[] = [];
      for await (const doc of nlpOver().analyzeStream(texts, { steps: ['sentences'] }, internalContext())) {
        docs.push(doc);
        if (docs.length === 100) expect(read).toBeLessThan(300);
      }
      expect(docs.map(({ text }) => Number.parseInt(text))).toEqual(Array.from({ length: 1_000 }, (_, index) => index));
    });
  });
});

/** Python counts code points: its slice is the same text. */
function checkOffsets(doc: Doc, unit: 'utf16' | 'codepoint' = 'utf16', counted = doc): void {
  expect(counted.offsetUnit).toBe(unit);
  const points = Array.from(doc.text);
  const slice = ({ start, end }: Span) => (unit === 'utf16' ? doc.text.slice(start, end) : points.slice(start, end).join(''));
  for (const entity of counted['ents'] as readonly Entity[]) expect(slice(entity)).toBe(entity.text);
  for (const part of ['sents', 'tokens']) {
    const wanted = (doc[part as 'sents'] as readonly Span[]).map(({ start, end }) => doc.text.slice(start, end));
    expect((counted[part as 'sents'] as readonly Span[]).map(slice)).toEqual(wanted);
  }
}
