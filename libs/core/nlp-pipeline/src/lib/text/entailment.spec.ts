import type { RequestContext } from '@cortex/kernel';
import type { ClassifyRequest } from '@cortex/text-models';
import { FakeTextModels } from '@cortex/text-models/testing';
import { pipeline } from '../pipeline/pipeline';
import { classify } from '../steps/classify.step';
import { entailmentLabels } from './entailment';

const LABELS = ['neutral', 'ENTAILMENT', 'Contradiction'];
const MOST_WORDS = 40;

/** Judges a pair by the words that both share; takes 40 words, as a model of 40 tokens would. */
class Judge extends FakeTextModels {
  readonly pairs: (readonly [string, string])[] = [];

  constructor() {
    super({ profiles: { nli: { task: 'classify', labels: LABELS } } });
  }

  override async classify(request: ClassifyRequest, context: RequestContext) {
    const pairs = request.texts as readonly (readonly [string, string])[];
    this.pairs.push(...pairs);
    const truncated = pairs.filter(([text, hypothesis]) => wordsOf(text).length + wordsOf(hypothesis).length > MOST_WORDS).length;
    return { ...(await super.classify(request, context)), labels: LABELS, logits: pairs.map((pair) => logitsOf(pair)), truncated };
  }
}

const wordsOf = (text: string): readonly string[] => text.toLowerCase().match(/\w+/g) ?? [];

function logitsOf([text, hypothesis]: readonly [string, string]): Float32Array {
  const shared = wordsOf(hypothesis).filter((word) => wordsOf(text).includes(word)).length;
  return Float32Array.of(0.25, shared - 0.5, 1 - shared);
}

/** As transformers' ZeroShotClassificationPipeline.postprocess, line by line. */
function reference(text: string, labels: readonly string[], multiLabel: boolean): readonly number[] {
  const outputs = labels.map((label) => logitsOf([text, `This example is ${label}.`]));
  if (multiLabel) return outputs.map((row) => Math.exp(row[1]!) / (Math.exp(row[2]!) + Math.exp(row[1]!)));
  const sum = outputs.reduce((all, row) => all + Math.exp(row[1]!), 0);
  return outputs.map((row) => Math.exp(row[1]!) / sum);
}

describe('entailment', () => {
  const labels = ['politics', 'sport', 'the weather'];
  const texts = ['sport is the best', 'nothing of the kind', 'is this example about the weather or sport'];

  it.each([false, true])('scores labels as Transformers does (multiLabel: %s)', async (multiLabel) => {
    const docs = await pipeline({ models: new Judge() }).use(classify({ model: 'nli', labels, multiLabel })).run(texts);
    for (const [index, doc] of docs.entries()) {
      const expected = reference(texts[index]!, labels, multiLabel);
      expect(doc.cats).toEqual(Object.fromEntries(labels.map((label, at) => [label, expect.closeTo(expected[at]!, 6)])));
      expect(doc.engines['cats']).toBe('nli@1+fp32 (sha256:nli) entailment');
    }
  });

  it('puts descriptions into the template', async () => {
    const models = new Judge();
    await pipeline({ models }).use(classify({ model: 'nli', labels: { a: 'about $& foxes', b: 'about snow' }, hypothesisTemplate: 'It is {}, {}!' })).run(['x']);
    expect(models.pairs).toEqual([['x', 'It is about $& foxes, about $& foxes!'], ['x', 'It is about snow, about snow!']]);
  });

  it('reads a long text in pieces that fit beside the hypotheses', async () => {
    const [doc] = await pipeline({ models: new Judge() }).use(classify({ model: 'nli', labels })).run(['sport matters here. '.repeat(60)]);
    expect(doc!.cats!['sport']).toBeGreaterThan(0.5);
    expect(Object.values(doc!.cats!).reduce((sum, score) => sum + score, 0)).toBeCloseTo(1);
    expect(doc!.windows!['cats']).toBeGreaterThan(4);
  });

  it('refuses hypotheses that leave no room for a text', async () => {
    const [doc] = await pipeline({ models: new Judge() }).use(classify({ model: 'nli', labels: { a: 'x '.repeat(60), b: 'y' } })).run(['a text']);
    expect(doc!.errors).toMatchObject([{ step: 'classify', code: 'NLP.HYPOTHESIS_TOO_LONG' }]);
  });

  it('is asked by default where the default classifier judges entailment, otherwise vectors are compared', async () => {
    const byDefault = new FakeTextModels({ profiles: { 'fake-classify': { task: 'classify', labels: LABELS } } });
    const ofMoods = new FakeTextModels({ profiles: { 'fake-classify': { task: 'classify', labels: ['negative', 'positive'] } } });
    for (const models of [byDefault, ofMoods]) await pipeline({ models }).use(classify({ labels })).run(texts);
    expect([byDefault.asked[0]!.head, ofMoods.asked[0]!.head]).toEqual(['classify', 'embed']);
  });

  it.each([
    [['entailment', 'neutral', 'contradiction'], { entailment: 0, contradiction: 2 }],
    [LABELS, { entailment: 1, contradiction: 2 }],
    [['entailment', 'not_entailment'], { entailment: 0, contradiction: 1 }],
    [['negative', 'positive'], undefined],
  ])('finds its labels in %j', (labels, expected) => {
    expect(entailmentLabels({ task: 'classify', labels })).toEqual(expected);
    expect(entailmentLabels({ task: 'token-classify', labels })).toBeUndefined();
  });
});
