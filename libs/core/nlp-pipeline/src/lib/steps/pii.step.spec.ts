import { FakeTextModels } from '@cortex/text-models/testing';
import { findPii } from '../pii/find-pii';
import { pipeline } from '../pipeline/pipeline';
import { entities } from './entities.step';
import { language } from './language.step';
import { pii } from './pii.step';

describe('pii', () => {
  it('takes names and places from the entities of the same pipeline', async () => {
    const text = 'we met Ada Lovelace in London, mail ada@example.org';
    const [doc] = await pipeline({ models: new FakeTextModels() }).use(pii()).use(language({ is: 'en' })).use(entities()).run([text]);
    if (doc!.errors) throw new Error('expected none');
    expect(doc!.pii.map(({ type, start, end }) => [type, text.slice(start, end)])).toEqual([['PERSON', 'Ada Lovelace'], ['LOCATION', 'London'], ['EMAIL_ADDRESS', 'ada@example.org']]);
    expect(doc!.engines['pii']).toBe('cortex-pii@3, fake-annotate@1+fp32 (sha256:fake-annotate)');
  });

  it('finds in stretches of a long text what it finds in the whole', async () => {
    const unit = 'call +1 212 555 0123 or card 4111 1111 1111 1111, mail someone.else@example.org and see https://example.org/a?b=c now. ';
    const text = unit.repeat(1_200);
    const [doc] = await pipeline().use(pii()).run([text]);
    if (doc!.errors) throw new Error('expected none');
    expect(doc!.pii).toEqual(findPii(text));
  });

  it('looks for what it is asked for', async () => {
    const [doc] = await pipeline().use(pii({ entities: ['EMAIL_ADDRESS'], allowList: ['a@example.org'] })).run(['a@example.org b@example.org 4111 1111 1111 1111']);
    expect(doc!.pii?.map(({ start }) => start)).toEqual([14]);
  });
});
