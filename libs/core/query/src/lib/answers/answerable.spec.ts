import { CallerGoneError, internalContext } from '@cortex/kernel';
import type { CollectionRecord } from '../collections/collection-record';
import { QueryCore } from '../testing/query-core';
import { Answerable } from './answerable';

describe('Answerable', () => {
  let core: QueryCore;
  let notes: CollectionRecord;
  let answerable: Answerable;
  beforeEach(async () => {
    core = new QueryCore();
    notes = await core.create();
    await core.run((await core.add(notes, { ada: 'Ada Lovelace wrote the first program' })).job!);
    answerable = new Answerable({ index: core.index, vectors: core.vectors });
  });

  it('takes nothing from the others when one of those who wait leaves', async () => {
    const leaving = new AbortController();
    const gone = answerable.confidence(notes, 0.9, internalContext({ signal: leaving.signal }));
    const waiting = answerable.confidence(notes, 0.9, internalContext());
    leaving.abort(new CallerGoneError());
    await expect(gone).rejects.toBeInstanceOf(CallerGoneError);
    expect(await waiting).toBeGreaterThan(0);
  });

  it('measures a collection once for many who ask', async () => {
    core.models.asked.splice(0);
    await Promise.all(Array.from({ length: 20 }, () => answerable.confidence(notes, 0.5, internalContext())));
    expect(core.models.asked).toHaveLength(1);
  });

  it('rises with the nearest passage', async () => {
    const [low, high] = [await answerable.confidence(notes, 0, internalContext()), await answerable.confidence(notes, 1, internalContext())];
    expect([low < high, low >= 0, high <= 1]).toEqual([true, true, true]);
  });
});
