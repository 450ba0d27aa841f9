import { FakeTextModels } from '@cortex/text-models/testing';
import { pipeline } from '../pipeline/pipeline';
import type { Step } from '../step';
import { classify } from './classify.step';
import { duplicates } from './duplicates.step';
import { embed } from './embed.step';
import { entities } from './entities.step';
import { keyphrases } from './keyphrases.step';
import { language } from './language.step';
import { sentences } from './sentences.step';
import { sentiment } from './sentiment.step';
import { similarity } from './similarity.step';
import { summary } from './summary.step';
import { tokens } from './tokens.step';

const ENGLISH = 'We met Ada Lovelace in London yesterday, and it was a good day for all of us.';
const GERMAN = 'Das ist ein deutscher Satz mit vielen Wörtern, den niemand übersetzt hat.';
const UNDECIDED = 'OK 12';
const LABELS = { red: 'red', blue: 'blue' };

const english = () => {
  const names = ['fake-embed', 'fake-classify', 'fake-annotate'];
  return new FakeTextModels({ profiles: Object.fromEntries(names.map((name) => [name, { languages: ['en'] }])) });
};
const textsAskedOf = (models: FakeTextModels) => models.asked.flatMap(({ texts }) => texts);

const STEPS: readonly (readonly [string, Step, string])[] = [
  ['entities', entities(), 'fake-annotate'],
  ['sentiment', sentiment(), 'fake-annotate'],
  ['classify', classify(), 'fake-classify'],
  ['classify by labels', classify({ labels: LABELS }), 'fake-embed'],
  ['embed', embed(), 'fake-embed'],
  ['summary', summary(), 'fake-embed'],
  ['similarity', similarity({ to: ['a day'] }), 'fake-embed'],
  ['keyphrases by meaning', keyphrases({ method: 'embedding' }), 'fake-embed'],
  ['duplicates by meaning', duplicates({ by: 'meaning' }), 'fake-embed'],
];

describe('inItsLanguages', () => {
  it.each(STEPS)('keeps a text in another language from the model of %s, and says which model is not made for it', async (_, step, engine) => {
    const models = english();
    const docs = await pipeline({ models }).use(language()).use(sentences()).use(tokens()).use(step, { as: 'part' }).run([GERMAN, ENGLISH, UNDECIDED, GERMAN]);
    expect(docs.map((doc) => doc.errors?.map(({ step, code, message }) => [step, code, message]))).toEqual([
      [[step.name, 'NLP.LANGUAGE_UNSUPPORTED', `${engine}@1 is not made for the language de, only for en`]],
      undefined,
      undefined,
      [[step.name, 'NLP.LANGUAGE_UNSUPPORTED', `${engine}@1 is not made for the language de, only for en`]],
    ]);
    expect(docs.map((doc) => 'part' in doc)).toEqual([false, true, true, false]);
    expect(String(textsAskedOf(models))).not.toContain('Wörtern');
  });

  it('asks nobody where no text is left', async () => {
    const models = english();
    await pipeline({ models }).use(embed()).use(classify(), { as: 'more' }).run([GERMAN, GERMAN]);
    expect(models.asked).toEqual([]);
  });

  it('detects what the pipeline does not, and believes a caller before that', async () => {
    const [undetected] = await pipeline({ models: english() }).use(embed()).run([GERMAN]);
    const [believed] = await pipeline({ models: english() }).use(language({ is: 'en' })).use(embed()).run([GERMAN]);
    expect([undetected!.errors?.[0]?.code, believed!.errors]).toEqual(['NLP.LANGUAGE_UNSUPPORTED', undefined]);
  });

  it('asks a model that does not say what it is made for about every text', async () => {
    const models = new FakeTextModels();
    const docs = await pipeline({ models }).use(embed()).run([GERMAN, ENGLISH]);
    expect(docs.every(({ vector }) => vector)).toBe(true);
    expect(textsAskedOf(models)).toEqual([GERMAN, ENGLISH]);
  });

  it('fails whole where the model does not exist', async () => {
    class NoModels extends FakeTextModels {
      override resolve(): Promise<never> {
        return Promise.reject(new Error('no such model'));
      }
    }
    await expect(pipeline({ models: new NoModels() }).use(embed()).run([ENGLISH])).rejects.toThrow('no such model');
  });
});
