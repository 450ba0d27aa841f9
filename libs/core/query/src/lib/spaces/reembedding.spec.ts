import { contentsOf, servingSpace, type CollectionRecord } from '../collections/collection-record';
import { CONTEXT, NOTES, QueryCore } from '../testing/query-core';

const TEXTS = Object.fromEntries(['apple pie recipe', 'river boats downstream', 'zebra stripes explained', 'moth in a relay'].map((text) => [text.split(' ')[0]!, text]));

describe('Reembedding', () => {
  let core: QueryCore;
  let notes: CollectionRecord;

  beforeEach(async () => {
    core = new QueryCore();
    notes = await core.create();
    await core.run((await core.add(notes, TEXTS)).job!);
  });
  const current = () => core.collections.get(NOTES);
  const search = async () => core.retriever.search(await current(), { query: 'zebra stripes', limit: 1 }, CONTEXT);
  const begin = async () => core.spacesOf.begin(await current(), 'other', CONTEXT);

  it('fills a space while the old one serves, then lets it serve, and back', async () => {
    const { job, space } = await begin();
    expect((await search()).model).toBe('fake-embed@1+fp32');
    expect(await core.run(job)).toMatchObject({ state: 'succeeded', result: { serves: true, passes: true }, counts: { total: 4, done: 4 } });
    expect([(await search()).model, (await search()).passages[0]!.document.id]).toEqual(['other@1+fp32', 'zebra']);
    await core.spacesOf.serve(await current(), notes.spaces[0]!.id);
    expect([(await search()).model, (await current()).spaces.map(({ state }) => state)]).toEqual(['fake-embed@1+fp32', ['serving', 'standby']]);
    await expect(core.spacesOf.drop(await current(), notes.spaces[0]!.id)).rejects.toMatchObject({ code: 'QUERY.SPACE_IN_USE' });
    expect((await core.spacesOf.drop(await current(), space.id)).spaces).toHaveLength(1);
  });

  it('gives documents that come meanwhile vectors of both', async () => {
    const { job, space } = await begin();
    await core.run((await core.add(await current(), { late: 'late words' })).job!);
    await core.run(job);
    expect(await core.spaces.lacking(contentsOf(notes), space.id, 9)).toEqual([]);
    expect(await core.spaces.lacking(contentsOf(notes), notes.spaces[0]!.id, 9)).toEqual([]);
  });

  it('cuts a document whose ingestion was interrupted as it was begun, though another space serves by then', async () => {
    const rulers = jest.spyOn(core.models, 'rulerOf').mockImplementation((async (model: string) => ({
      maxTokens: 512,
      count: (text: string, limit: number) => Math.min(limit + 1, (text.match(/\S+/g)?.length ?? 0) * (model.startsWith('other') ? 2 : 1)),
    })) as typeof core.models.rulerOf);
    let now = 0;
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => (now += 2_000));
    const long = Array.from({ length: 2_000 }, (_, word) => `word${word}`).join(' ');
    const { job } = await core.add(await current(), { long });
    const publish = jest.spyOn(core.passages, 'publish').mockImplementationOnce(() => { throw new Error('ended'); });
    await core.run(job!);
    publish.mockRestore();
    const { job: reembedding, space } = await begin();
    await core.run(reembedding);
    if (servingSpace(await current()).id !== space.id) await core.spacesOf.serve(await current(), space.id);
    await core.run((await core.documents.retry(await current(), 'long')).job!);
    const whole = core.found(notes)['long']!;
    expect(whole.join(' ')).toBe(long);
    await core.run((await core.add(await current(), { other: `${long} ` })).job!);
    expect(core.found(notes)['other']!.length).toBeGreaterThan(whole.length);
    for (const spy of [rulers, clock]) spy.mockRestore();
  });

  it('does not serve before it is filled, nor begins twice', async () => {
    const { space } = await begin();
    await expect(core.spacesOf.serve(await current(), space.id)).rejects.toMatchObject({ code: 'QUERY.SPACE_IN_USE' });
    await expect(begin()).rejects.toMatchObject({ code: 'QUERY.SPACE_IN_USE' });
    await expect(core.spacesOf.serve(await current(), 'none')).rejects.toMatchObject({ code: 'QUERY.SPACE_NOT_FOUND' });
  });

  it('never serves what finds worse', async () => {
    const { job } = await begin();
    const embed = core.models.embed.bind(core.models);
    core.models.embed = async (request, context) => {
      const result = await embed(request, context);
      return result.model.name === 'other' ? { ...result, vectors: result.vectors.map(() => Float32Array.from({ length: 32 }, (_, place) => (place === 0 ? 1 : 0))) } : result;
    };
    expect(await core.run(job)).toMatchObject({ state: 'succeeded', result: { serves: false, passes: false } });
    expect(servingSpace(await current()).model).toBe('fake-embed@1+fp32');
  });

  it('compares no vectors of two files', async () => {
    const embed = core.models.embed.bind(core.models);
    core.models.embed = async (request, context) => {
      const result = await embed(request, context);
      return { ...result, model: { ...result.model, digest: 'sha256:changed' } };
    };
    await expect(search()).rejects.toMatchObject({ code: 'QUERY.SPACE_MODEL_CHANGED' });
  });

  it.each([false, true])('goes on wherever it was killed (its last step done: %s)', async (acts) => {
    for (let step = 1, isDone = false; !isDone; step += 1) {
      core = new QueryCore();
      notes = await core.create();
      await core.run((await core.add(notes, TEXTS)).job!);
      const { job, space } = await begin();
      core.faults.endAt(step, acts);
      const killed = await core.run(job);
      isDone = killed.state === 'succeeded';
      core.faults.start();
      if (!isDone) expect((await core.run(killed)).state).toBe('succeeded');
      expect([servingSpace(await current()).id, await core.spaces.lacking(contentsOf(notes), space.id, 9)]).toEqual([space.id, []]);
    }
  });
});
