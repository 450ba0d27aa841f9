import { internalContext } from '@cortex/kernel';
import { FakeTextModels } from './fake-text-models';

describe('FakeTextModels', () => {
  it('finds names by their capitals, and a mood by its word', async () => {
    const text = 'we met Ada Lovelace of IBM in London, good times';
    const { texts: [annotation] } = await new FakeTextModels().annotate({ texts: [text] }, internalContext());
    expect(annotation!.spans['ner']!.map(({ start, stop, label }) => [text.slice(start, stop), label])).toEqual([['Ada Lovelace', 'PER'], ['IBM', 'ORG'], ['London', 'LOC']]);
    expect(annotation!.scores['sentiment']).toEqual({ negative: expect.closeTo(0.1), positive: 0.9 });
  });

  it('says nothing of an empty text, and only what it was asked', async () => {
    const models = new FakeTextModels();
    const { texts } = await models.annotate({ texts: [' ', 'Ada'], heads: ['ner'] }, internalContext());
    expect(texts.map(({ windows, scores }) => [windows, scores])).toEqual([[0, {}], [1, {}]]);
    expect(models.asked).toEqual([{ head: 'annotate', texts: [' ', 'Ada'] }]);
  });

  it('makes texts alike that share words', async () => {
    const { vectors: [a, b, c] } = await new FakeTextModels().embed({ texts: ['a red fox', 'the red fox', 'market news'], truncate: true }, internalContext());
    const cosine = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, index) => sum + value * y[index]!, 0);
    expect(cosine(a!, b!)).toBeGreaterThan(cosine(a!, c!));
  });

  it('fails where it was told to', async () => {
    const models = new FakeTextModels({ refused: 'boom' });
    await expect(models.classify({ texts: ['fine', 'a boom'], truncate: true }, internalContext())).rejects.toMatchObject({ code: 'TEXT.FAKE' });
    await expect(models.classify({ texts: ['a good one'], truncate: true }, internalContext())).resolves.toMatchObject({ labels: ['negative', 'positive'] });
  });
});
