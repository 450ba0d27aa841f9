import { contentsOf, type CollectionRecord } from '../collections/collection-record';
import { CONTEXT, NOTES, order, QueryCore } from '../testing/query-core';

const lines = (count: number, word: string) => Array.from({ length: count }, (_, line) => `${word} line ${line} says a thing or two about ${word} and more of it`).join('\n');
const TEXTS = { a: lines(3, 'apple'), long: lines(140, 'river'), z: lines(2, 'zebra') };

describe('Ingestion', () => {
  let core: QueryCore;
  let notes: CollectionRecord;

  beforeEach(async () => {
    core = new QueryCore();
    notes = await core.create();
  });

  const statesOf = async () => Object.fromEntries((await core.records.list(contentsOf(notes), { limit: 100 })).map(({ id, state }) => [id, state]));

  it('makes every document findable, whole', async () => {
    const { job } = await core.add(notes, TEXTS);
    expect(await core.run(job!)).toMatchObject({ state: 'succeeded', result: { done: 3, failed: 0 } });
    expect(await statesOf()).toEqual({ a: 'ready', long: 'ready', z: 'ready' });
    for (const [id, text] of Object.entries(TEXTS)) expect(core.found(notes)[id]!.join('\n')).toBe(text);
    expect(core.found(notes)['long']!.length).toBeGreaterThan(128);
  });

  it('fails a document among many, and tells of bugs alone', async () => {
    const { job } = await core.add(notes, { a: 'fine', broken: 'broken', empty: ' ', z: 'fine too' });
    expect(await core.run(job!)).toMatchObject({ state: 'succeeded', result: { done: 2, failed: 2 }, counts: { total: 4, done: 2, failed: 2 } });
    const [broken, empty] = await core.records.find(contentsOf(notes), ['broken', 'empty']);
    expect([broken!.error!.code, empty!.error!.code, core.reported.length]).toEqual([expect.any(String), 'QUERY.DOCUMENT_EMPTY', 1]);
    expect(broken!.error!.message).not.toContain('parser');
    expect(core.found(notes)).toEqual({ a: ['fine'], z: ['fine too'] });
  });

  it.each([false, true])('loses nothing and does nothing twice, at whichever step it is killed (its last step done: %s)', async (acts) => {
    const calm = new QueryCore();
    const undisturbed = await calm.create();
    const begun = await calm.add(undisturbed, TEXTS);
    const before = calm.faults.steps;
    await calm.run(begun.job!);
    const steps = calm.faults.steps - before;
    expect(steps).toBeGreaterThan(15);

    for (let step = 1; step <= steps; step += 1) {
      core = new QueryCore();
      notes = await core.create();
      const { job } = await core.add(notes, TEXTS);
      core.faults.endAt(step, acts);
      const killed = await core.run(job!);
      expect({ step, state: killed.state }).toEqual({ step, state: 'failed' });
      core.faults.start();
      const { state, counts } = await core.run(killed);
      expect({ step, state, counts, states: await statesOf() }).toEqual({ step, state: 'succeeded', counts: { total: 3, done: 3, failed: 0 }, states: { a: 'ready', long: 'ready', z: 'ready' } });
      expect(core.found(notes)).toEqual(calm.found(undisturbed));
    }
  }, 60_000);

  it('goes on behind what is written, without embedding it again', async () => {
    let now = 0;
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => (now += 2_000));
    const embedded = () => core.models.asked.filter(({ head }) => head === 'embed').reduce((sum, { texts }) => sum + texts.length, 0);
    const { job } = await core.add(notes, { long: TEXTS.long });
    const write = jest.spyOn(core.passages, 'publish').mockImplementationOnce(() => { throw new Error('ended'); });
    const before = embedded();
    await core.run(job!);
    const [total, [record]] = [embedded() - before, await core.records.find(contentsOf(notes), ['long'])];
    expect([total > 128, record!.written]).toEqual([true, total]);
    const { job: again } = await core.documents.retry(notes, 'long');
    await core.run(again!);
    expect([embedded() - before, core.found(notes)['long']!.join('\n')]).toEqual([total, TEXTS.long]);
    write.mockRestore();
    clock.mockRestore();
  });

  it('tells of a step that the index does not take, and brings its documents in one by one', async () => {
    const { job } = await core.add(notes, { a: TEXTS.a, z: TEXTS.z });
    const bug = new Error('a bug of the index');
    jest.spyOn(core.passages, 'put').mockImplementationOnce(() => { throw bug; });
    expect(await core.run(job!)).toMatchObject({ state: 'succeeded', result: { done: 2, failed: 0 } });
    expect([core.reported, await statesOf()]).toEqual([[bug], { a: 'ready', z: 'ready' }]);
  });

  it('takes what it embeds from the budgets of who added the documents', async () => {
    const budgets = [{ account: 'key-1', resource: 'tokens', limit: 1_000, windowMs: 60_000 }] as const;
    const { job } = await core.documents.add(notes, Object.entries(TEXTS).map(([id, text]) => order(id, text)), { budgets });
    const embed = jest.spyOn(core.models, 'embed');
    await core.run(job!);
    expect(embed.mock.calls.length).toBeGreaterThan(1);
    for (const [, context] of embed.mock.calls) expect(context.budgets).toEqual(budgets);
  });

  it('leaves nothing of a collection that is removed meanwhile, nor touches one of its name', async () => {
    const { job } = await core.add(notes, TEXTS);
    const write = core.passages.write.bind(core.passages);
    const removing = jest.spyOn(core.passages, 'write').mockImplementationOnce((...given) => {
      write(...given);
      void core.collections.remove(NOTES).then(() => core.create());
    });
    await core.run(job!);
    removing.mockRestore();
    expect([core.found(notes), await core.records.count(contentsOf(notes))]).toEqual([{}, {}]);
    const later = await core.collections.get(NOTES);
    expect([later.id === notes.id, core.found(later), [...core.objects.kept.keys()]]).toEqual([false, {}, []]);
  });

  it('leaves a document to whoever replaced it meanwhile', async () => {
    const { job } = await core.add(notes, { a: TEXTS.long });
    const { job: newer } = await core.add(notes, { a: 'new words' });
    expect((await core.run(job!)).state).toBe('succeeded');
    expect(core.found(notes)).toEqual({});
    await core.run(newer!);
    expect(core.found(notes)).toEqual({ a: ['new words'] });
    await core.run(job!);
    expect(core.found(notes)).toEqual({ a: ['new words'] });
  });

  it('is found whole though another run began it anew before it was published', async () => {
    const { job } = await core.add(notes, { long: TEXTS.long });
    const publish = core.passages.publish.bind(core.passages);
    const write = jest.spyOn(core.passages, 'write');
    jest.spyOn(core.passages, 'publish').mockImplementationOnce((...given) => {
      core.passages.write(...write.mock.calls[0]!);
      publish(...given);
    });
    expect((await core.run(job!)).state).not.toBe('succeeded');
    expect(core.found(notes)).toEqual({});
    expect((await core.run(job!)).state).toBe('succeeded');
    expect(core.found(notes)['long']!.join('\n')).toBe(TEXTS.long);
  });

  it('gives a document vectors in a space that was begun and filled while it was read', async () => {
    const { job } = await core.add(notes, { a: TEXTS.a });
    const rulerOf = core.models.rulerOf.bind(core.models);
    core.models.rulerOf = async () => {
      await core.run((await core.spacesOf.begin(notes, 'other', CONTEXT)).job);
      return rulerOf();
    };
    expect((await core.run(job!)).state).toBe('succeeded');
    const { spaces } = await core.collections.get(NOTES);
    expect(spaces).toHaveLength(2);
    for (const { id } of spaces) expect(await core.spaces.lacking(contentsOf(notes), id, 9)).toEqual([]);
  });

  it('removes the passages of a document that was removed while they were written', async () => {
    const { job } = await core.add(notes, { a: TEXTS.long });
    const publish = core.passages.publish.bind(core.passages);
    jest.spyOn(core.passages, 'publish').mockImplementationOnce((...given) => {
      publish(...given);
      void core.documents.remove(notes, 'a');
    });
    await core.run(job!);
    expect([core.found(notes), await statesOf()]).toEqual([{}, {}]);
  });
});
