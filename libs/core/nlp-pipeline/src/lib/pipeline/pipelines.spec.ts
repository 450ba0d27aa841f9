import { internalContext } from '@cortex/kernel';
import { FakeTextModels } from '@cortex/text-models/testing';
import { StepKinds } from '../steps/step-kinds';
import { MemoryPipelineCatalog } from './memory-pipeline-catalog';
import { Pipelines } from './pipelines';

const ENGLISH = 'We met Ada Lovelace in London yesterday. It was a good day for all of us.';
const GERMAN = 'Das ist ein deutscher Satz mit vielen Wörtern, den niemand übersetzt hat.';
const make = (models = new FakeTextModels()) => new Pipelines(new MemoryPipelineCatalog(), new StepKinds(), { models, compiledPipelines: 4 });
const simple = (version: string, use = 'tokens', name = 'p') => ({ name, version, steps: [{ use }] });

const NEWS = `
name: news
version: "1"
steps:
  - use: entities
    when: { language: en }
  - use: language
  - use: sentiment
    as: mood
    when: { language: { ne: de }, ents.length: { gte: 1 } }
  - use: sentences
`;

describe('Pipelines', () => {
  it('runs a definition in YAML, its steps in any order, each for the texts that fulfil its condition', async () => {
    const pipelines = make();
    await pipelines.store(NEWS);
    const { pipeline, docs } = await pipelines.run('news', [ENGLISH, GERMAN, 'nothing but small words are written in this english text'], internalContext());
    expect(pipeline).toBe('news@1');
    expect(docs.map((doc) => Object.keys(doc).filter((key) => ['language', 'ents', 'mood', 'sents', 'errors'].includes(key)))).toEqual([
      ['language', 'ents', 'mood', 'sents'],
      ['language', 'sents'],
      ['language', 'ents', 'sents'],
    ]);
  });

  it('takes the highest version by number, unless `latest` or another alias says otherwise', async () => {
    const pipelines = make();
    for (const version of ['9', '10', '2']) await pipelines.store(simple(version));
    expect((await pipelines.resolve('p')).definition.version).toBe('10');
    await pipelines.alias('p', 'stable', '9');
    await pipelines.alias('p', 'latest', '2');
    expect((await pipelines.resolve('p@stable')).definition.version).toBe('9');
    expect((await pipelines.resolve('p')).definition.version).toBe('2');
    expect((await pipelines.resolve('p@10')).definition.version).toBe('10');
  });

  it('lets a run end with the version that it began with while the alias moves', async () => {
    const models = new FakeTextModels();
    const pipelines = make(models);
    await pipelines.store({ name: 'p', version: '1', steps: [{ use: 'language' }, { use: 'entities' }] });
    await pipelines.store(simple('2', 'sentences'));
    await pipelines.alias('p', 'live', '1');
    const annotate = models.annotate.bind(models);
    models.annotate = async (...asked) => {
      await pipelines.alias('p', 'live', '2');
      return annotate(...asked);
    };
    const before = await pipelines.run('p@live', [ENGLISH], internalContext());
    const after = await pipelines.run('p@live', [ENGLISH], internalContext());
    expect([before.pipeline, Object.hasOwn(before.docs[0]!, 'ents'), after.pipeline, Object.hasOwn(after.docs[0]!, 'sents')]).toEqual(['p@1', true, 'p@2', true]);
  });

  it('takes the same version again, and no other one of its name', async () => {
    const pipelines = make();
    await pipelines.store(simple('1'));
    await pipelines.store(simple('1'));
    await expect(pipelines.store(simple('1', 'sentences'))).rejects.toMatchObject({ code: 'NLP.PIPELINE_VERSION_EXISTS', kind: 'conflict' });
    expect((await pipelines.get('p')).revision).toBe(1);
  });

  it('forgets versions that no alias means, and names', async () => {
    const pipelines = make();
    for (const version of ['1', '2']) await pipelines.store(simple(version));
    await pipelines.alias('p', 'live', '1');
    await expect(pipelines.remove('p', '1')).rejects.toMatchObject({ code: 'NLP.PIPELINE_IN_USE' });
    await pipelines.remove('p', '2');
    expect(Object.keys((await pipelines.get('p')).versions)).toEqual(['1']);
    await pipelines.remove('p');
    await expect(pipelines.resolve('p')).rejects.toMatchObject({ code: 'NLP.PIPELINE_NOT_FOUND', kind: 'not-found' });
  });

  it.each(['p@3', 'p@constructor', 'q', '__proto__'])('does not find %s', async (reference) => {
    const pipelines = make();
    await pipelines.store(simple('1'));
    await expect(pipelines.resolve(reference)).rejects.toMatchObject({ code: 'NLP.PIPELINE_NOT_FOUND' });
  });

  it.each([
    ['an unknown step', [{ use: 'tokens' }, { use: 'magic' }], 'NLP.UNKNOWN_STEP', 'steps[1].use'],
    ['an unknown parameter', [{ use: 'tokens', with: { speed: 3 } }], 'NLP.INVALID_DEFINITION', 'steps[0].with'],
    ['a bad parameter', [{ use: 'tokens' }, { use: 'language', with: { atLeast: 'much' } }], 'NLP.INVALID_DEFINITION', 'steps[1].with.atLeast'],
    ['a bad condition', [{ use: 'tokens', when: { 'text.length': { above: 3 } } }], 'NLP.INVALID_DEFINITION', 'steps[0].when.text.length'],
    ['an unknown field', [{ use: 'tokens', who: 'x' }], 'NLP.INVALID_DEFINITION', 'steps[0]'],
    ['a name that a Doc uses itself', [{ use: 'tokens', as: 'text' }], 'NLP.INVALID_DEFINITION', 'steps[0].as'],
    ['an output that nobody makes', [{ use: 'entities' }], 'NLP.OUTPUT_NOT_MADE', 'steps[0]'],
    ['a condition on an output that nobody makes', [{ use: 'tokens', when: { mood: 'good' } }], 'NLP.OUTPUT_NOT_MADE', 'steps[0]'],
    ['an output made twice', [{ use: 'tokens' }, { use: 'tokens' }], 'NLP.DUPLICATE_OUTPUT', 'steps[1].as'],
    ['a cycle', [{ use: 'tokens', needs: ['sents'] }, { use: 'sentences', needs: ['tokens'] }], 'NLP.PIPELINE_CYCLE', undefined],
    ['a step that waits for itself', [{ use: 'tokens', needs: ['tokens'] }], 'NLP.PIPELINE_CYCLE', undefined],
    ['no steps', [], 'NLP.INVALID_DEFINITION', 'steps'],
  ])('refuses a definition with %s, and says where', async (_, steps, code, field) => {
    await expect(make().store({ name: 'p', version: '1', steps })).rejects.toMatchObject({ code, kind: 'invalid', ...(field && { field }) });
  });

  it.each(['a: [', 'just words', '- x', 'name: &a [*a]', ''])('refuses %p as a definition', async (source) => {
    await expect(make().store(source)).rejects.toMatchObject({ code: 'NLP.INVALID_DEFINITION' });
  });
});
