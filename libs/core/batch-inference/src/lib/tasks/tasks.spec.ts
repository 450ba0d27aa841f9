import { internalContext } from '@cortex/kernel';
import { FakeTextModels, vectorOf } from '../fake-text-models.fixture';
import { AnnotateTask } from './annotate-task';
import { ClassifyTask } from './classify-task';
import { EmbedTask } from './embed-task';
import { RerankTask } from './rerank-task';
import { BadRowError } from './row-faults';

const context = internalContext();
const models = new FakeTextModels();
const asked = (parameters: object = { truncate: false }) => ({ model: 'small@1', parameters });

describe('EmbedTask', () => {
  const task = new EmbedTask(models);

  it('gives each text its vector, as wide as it says beforehand', async () => {
    expect((await task.columns(asked({ truncate: false, dimensions: 2 }), context)).columns).toEqual([{ name: 'embedding', type: 'vector', width: 2 }]);
    expect((await task.answer(['a', 'bc'], asked(), context)).rows).toEqual([[vectorOf('a')], [vectorOf('bc')]]);
  });

  it('says which row has a text that is too long', async () => {
    await expect(task.answer(['a', 'x'.repeat(50)], asked(), context)).rejects.toMatchObject({ index: 1, code: 'TEXT.TOO_LONG' });
    expect((await task.answer(['x'.repeat(50)], asked({ truncate: true }), context)).rows).toHaveLength(1);
  });

  it.each([[{}, 'text: expected a text, got nothing'], [{ text: 7 }, 'got a number'], [{ text: '' }, 'empty'], [{ text: ['a'] }, 'got a list']])('refuses the row %p', (fields, message) => {
    expect(() => task.read(fields)).toThrow(BadRowError);
    expect(() => task.read(fields)).toThrow(message);
  });
});

describe('ClassifyTask', () => {
  const task = new ClassifyTask(models);

  it('gives the likeliest label, its score, and all scores by label', async () => {
    const { columns } = await task.columns(asked(), context);
    expect(columns.map(({ name }) => name)).toEqual(['label', 'score', 'scores']);
    expect(columns[2]).toMatchObject({ type: 'vector', width: 2, labels: ['no', 'yes'] });
    expect((await task.answer(['a', 'abc'], asked(), context)).rows).toEqual([['yes', 0.75, Float32Array.of(0.25, 0.75)], ['no', 0.75, Float32Array.of(0.75, 0.25)]]);
  });

  it('reads a text, or two that are judged together', () => {
    expect(task.read({ text: 'a' })).toBe('a');
    expect(task.read({ text: ['a', 'b'] })).toEqual(['a', 'b']);
    expect(() => task.read({ text: ['a', 'b', 'c'] })).toThrow(BadRowError);
    expect(() => task.read({ text: [] })).toThrow(BadRowError);
  });
});

describe('AnnotateTask', () => {
  const task = new AnnotateTask(models);
  const spans = '{"ner":[{"start":0,"stop":1,"label":"PER","score":0.5}]}';

  it('gives spans and scores by head, and how many windows a text took', async () => {
    expect((await task.columns(asked({}), context)).columns.map(({ name }) => name)).toEqual(['spans', 'scores', 'windows']);
    expect((await task.answer(['a', 'b'], asked({}), context)).rows).toEqual([[spans, '{"mood":{"good":1}}', 1], [spans, '{"mood":{"good":1}}', 1]]);
  });

  it('asks for the heads that are wanted', async () => {
    expect((await task.answer(['a'], asked({ heads: ['ner'] }), context)).rows).toEqual([[spans, '{}', 1]]);
    expect(task.form.parameters.safeParse({ heads: [] }).success).toBe(false);
    expect(task.form.parameters.safeParse({ truncate: true }).success).toBe(false);
  });

  it('refuses a row without a text', () => {
    expect(() => task.read({ text: '' })).toThrow(BadRowError);
    expect(() => task.read({ text: ['a', 'b'] })).toThrow(BadRowError);
  });
});

describe('RerankTask', () => {
  const task = new RerankTask(models);

  it('gives a score for each document', async () => {
    expect((await task.columns(asked(), context)).columns).toEqual([{ name: 'scores', type: 'numbers' }]);
    expect((await task.answer([{ query: 'q', documents: ['q', 'd'] }], asked(), context)).rows).toEqual([[Float32Array.of(1, 0.5)]]);
  });

  it.each([[{ query: 'q' }], [{ query: 'q', documents: [] }], [{ documents: ['d'] }], [{ query: 'q', documents: ['d', 7] }], [{ query: 'q', documents: Array.from({ length: 1_001 }, () => 'd') }]])('refuses a row without a query or documents', (fields) => {
    expect(() => task.read(fields)).toThrow(BadRowError);
  });
});
