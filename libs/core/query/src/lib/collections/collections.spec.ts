import { CONTEXT, NOTES, QueryCore } from '../testing/query-core';

describe('Collections', () => {
  let core: QueryCore;
  beforeEach(() => {
    core = new QueryCore();
  });

  it('binds a collection to the model that answered', async () => {
    const { spaces } = await core.create();
    expect(spaces).toMatchObject([{ model: 'fake-embed@1+fp32', digest: 'sha256:fake-embed', width: 32, state: 'serving' }]);
    await expect(core.create()).rejects.toMatchObject({ code: 'QUERY.COLLECTION_EXISTS' });
  });

  it.each(['', '.', '-a', 'a/b', '__proto__', 'ä', 'x'.repeat(65)])('refuses the name %j', async (name) => {
    await expect(core.create(name)).rejects.toMatchObject({ code: 'QUERY.INVALID', field: 'name' });
  });

  it('refuses passages that end before they begin', async () => {
    await expect(core.collections.create(NOTES, { chunks: { minTokens: 30, maxTokens: 20 } }, CONTEXT)).rejects.toMatchObject({ field: 'chunks' });
  });

  it.each([false, true])('is nobody\'s once its removal began, and gone once it is finished, wherever that was interrupted (its last step done: %s)', async (acts) => {
    for (let step = 1, isDone = false; !isDone; step += 1) {
      core = new QueryCore();
      const notes = await core.create();
      await core.run((await core.add(notes, { a: 'one', b: 'two' })).job!);
      core.faults.endAt(step, acts);
      isDone = await core.collections.remove(NOTES).then(() => true, () => false);
      core.faults.start();
      const record = await core.store.find(NOTES);
      const began = record?.removedAt !== undefined || record === undefined;
      expect(await core.collections.list('acme')).toHaveLength(began ? 0 : 1);
      await core.collections.finishRemovals();
      expect({ step, found: core.found(notes), files: core.objects.kept.size, record: await core.store.find(NOTES) }).toEqual(
        began ? { step, found: {}, files: 0, record: undefined } : { step, found: { a: ['one'], b: ['two'] }, files: 2, record },
      );
    }
  });

  it('is made anew under a name whose removal was interrupted, with nothing of the one before', async () => {
    const before = await core.create();
    await core.run((await core.add(before, { a: 'one' })).job!);
    core.faults.endAt(3, false);
    await expect(core.collections.remove(NOTES)).rejects.toThrow('ended');
    core.faults.start();
    await expect(core.collections.get(NOTES)).rejects.toMatchObject({ code: 'QUERY.COLLECTION_NOT_FOUND' });
    const now = await core.create();
    expect([now.id === before.id, core.found(before), core.found(now), core.objects.kept.size]).toEqual([false, {}, {}, 0]);
  });
});
