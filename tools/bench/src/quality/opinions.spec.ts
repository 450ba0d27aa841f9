import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sharedFolder } from '@cortex/service-process';
import { paragraphsOf, readHeldOutOpinions } from './opinions';

const data = join(sharedFolder, 'data');
const maybe = existsSync(join(data, 'sentiment')) ? it : it.skip;

describe('readHeldOutOpinions (../shared/data)', () => {
  maybe('gives the 3,000 sentences that tools/train/python/sst2_split.py holds out', () => {
    const opinions = readHeldOutOpinions(data);
    expect(opinions).toHaveLength(3_000);
    expect(opinions.filter(({ gold }) => gold === 'positive')).toHaveLength(1_564);
    expect(Math.min(...opinions.map(({ text }) => text.split(' ').length))).toBeGreaterThanOrEqual(4);
  });
});

describe('paragraphsOf', () => {
  it('joins sentences of one mood', () => {
    const opinions = [['so dull', 'negative'], ['a joy', 'positive'], ['it drags .', 'negative'], ['no', 'negative']] as const;
    expect(paragraphsOf(opinions.map(([text, gold]) => ({ text, gold })), [2])).toEqual([
      { text: 'So dull. It drags . ', gold: 'negative' }, { text: 'No. ', gold: 'negative' }, { text: 'A joy. ', gold: 'positive' },
    ]);
  });
});
