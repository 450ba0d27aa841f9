import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sharedFolder } from '@cortex/service-process';
import { readWikiann, readWnut17, taggedSentence, type TaggedSentence } from './tagged-sentences';

const data = join(sharedFolder, 'data');
const maybe = existsSync(join(data, 'ner')) ? it : it.skip;

describe('taggedSentence', () => {
  const sentence = (labelled: string) => taggedSentence(labelled.split(' ').map((one) => ({ word: one.split('/')[0]!, label: one.split('/')[1] ?? 'O' })));
  const namesIn = ({ text, known }: TaggedSentence) => known.map(({ type, start, end }) => `${type} ${text.slice(start, end)}`);

  it('joins words and entities by blanks, in UTF-16 units', () => {
    const { text, known } = sentence('😀 Ada/B-PER Lovelace/I-PER left London/B-LOC');
    expect(text).toBe('😀 Ada Lovelace left London');
    expect(known).toEqual([{ type: 'PER', start: 3, end: 15 }, { type: 'LOC', start: 21, end: 27 }]);
  });

  it('begins an entity at each B-, and at an I- that continues nothing', () => {
    expect(namesIn(sentence('a/B-PER b/B-PER c/I-PER d e/I-ORG f/I-ORG g/I-LOC'))).toEqual(['PER a', 'PER b c', 'ORG e f', 'LOC g']);
  });
});

describe('the data sets (../shared/data)', () => {
  const digestOf = (lines: readonly string[]) => createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 12);
  const namesOf = (sentences: readonly TaggedSentence[]) => digestOf(sentences.map(({ text, known }) => known.map(({ type, start, end }) => `${text.slice(start, end)}/${type}`).join(';')));

  // Digests of what tools/train/python/texts.py and spans.py read.
  maybe.each([
    ['WikiANN-en dev', readWikiann, 10_000, '936b621b8849', '1cd17e9e455c'],
    ['WNUT17 dev', readWnut17, 1_009, '7155003053b8', 'cf2862e51127'],
  ])('has the texts and the names of %s that the trainings see', (_, read, count, texts, names) => {
    const sentences = read(data);
    expect([sentences.length, digestOf(sentences.map(({ text }) => text)), namesOf(sentences)]).toEqual([count, texts, names]);
  });
});
