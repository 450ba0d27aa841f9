import { contentsOf, type CollectionRecord } from '../collections/collection-record';
import { order, QueryCore } from '../testing/query-core';

describe('Documents', () => {
  let core: QueryCore;
  let notes: CollectionRecord;

  beforeEach(async () => {
    core = new QueryCore();
    notes = await core.create();
  });
  const ready = async (texts: Readonly<Record<string, string>>) => core.run((await core.add(notes, texts)).job!);
  const files = () => [...core.objects.kept.keys()].length;

  it('does nothing for what is there already, and keeps its bytes once', async () => {
    await ready({ a: 'one', b: 'two' });
    const again = await core.add(notes, { a: 'one', b: 'two' });
    expect([again.job, again.documents.map(({ unchanged, generation }) => [unchanged, generation])]).toEqual([undefined, [[true, 1], [true, 1]]]);
    expect([files(), core.jobs.waiting.length]).toEqual([2, 1]);
  });

  it('indexes again what is there but not ready', async () => {
    await core.add(notes, { a: 'one' });
    const { job, documents } = await core.add(notes, { a: 'one' });
    expect([documents[0], job!.spec['documents']]).toEqual([{ id: 'a', state: 'queued', generation: 1, unchanged: false }, [['a', 1]]]);
    expect(files()).toBe(1);
  });

  it.each([{ title: 'A' }, { language: 'de' }, { metadata: { year: 1 } }, { charset: 'latin1' }])('replaces it where %j differs, while the one before is found', async (differs) => {
    await ready({ a: 'one' });
    const { job, documents } = await core.documents.add(notes, [order('a', 'one', differs)]);
    expect([documents[0]!.generation, core.found(notes), files()]).toEqual([2, { a: ['one'] }, 1]);
    await core.run(job!);
    expect((await core.documents.get(notes, 'a')).found!.generation).toBe(2);
  });

  it('gives up where somebody else always changes it first', async () => {
    const refused = new QueryCore();
    const other = await refused.create();
    refused.records.store = async (records) => records.map(({ id }) => id);
    await expect(refused.add(other, { a: 'one' })).rejects.toMatchObject({ code: 'QUERY.DOCUMENT_CONFLICT' });
    expect(refused.objects.kept.size).toBe(0);
  });

  it('retries what failed', async () => {
    await ready({ a: ' ' });
    expect((await core.documents.get(notes, 'a')).state).toBe('failed');
    const { documents, job } = await core.documents.retry(notes, 'a');
    expect([documents[0]!.state, (await core.documents.get(notes, 'a')).error, job!.counts.total]).toEqual(['queued', undefined, 1]);
    await expect(core.documents.retry(notes, 'b')).rejects.toMatchObject({ code: 'QUERY.DOCUMENT_NOT_FOUND' });
  });

  it('removes record, passages and bytes', async () => {
    await ready({ a: 'one', b: 'two' });
    await core.documents.remove(notes, 'a');
    expect([core.found(notes), files(), await core.documents.count(notes)]).toEqual([{ b: ['two'] }, 1, { ready: 1 }]);
  });

  it('tells by its bytes what a document is that nobody named', async () => {
    const nameless = { mediaType: 'application/octet-stream' };
    await core.documents.add(notes, [order('a.txt', 'one', nameless)]);
    expect((await core.documents.get(notes, 'a.txt')).source).toMatchObject({ mediaType: 'text/plain', bytes: 3 });
    await expect(core.documents.add(notes, [order('a', 'one', nameless)])).rejects.toMatchObject({ code: 'QUERY.INVALID', field: 'mediaType' });
  });

  it('keeps no byte without a record where one of many is refused', async () => {
    const orders = Array.from({ length: 50 }, (_, n) => order(`d${n}`, `text ${n}`, n === 41 ? { language: 'English' } : {}));
    await expect(core.documents.add(notes, orders)).rejects.toMatchObject({ code: 'QUERY.INVALID' });
    const { queued = 0 } = await core.documents.count(notes);
    expect(files()).toBe(queued);
    const { job } = await core.documents.add(notes, orders.toSpliced(41, 1).map(({ id }) => order(id, `text ${id.slice(1)}`)));
    await core.run(job!);
    expect([files(), await core.documents.count(notes)]).toEqual([49, { ready: 49 }]);
  });

  it('takes the last of those with one id', async () => {
    const { job } = await core.documents.add(notes, ['one', 'two', 'three'].map((text) => order('a', text)));
    await core.run(job!);
    expect([core.found(notes), files()]).toEqual([{ a: ['three'] }, 1]);
  });

  it('takes so many documents in a call, no more', async () => {
    const many = (count: number) => Array.from({ length: count }, (_, n) => order(`d${n}`, 'x'));
    await expect(core.documents.add(notes, many(201))).rejects.toMatchObject({ code: 'QUERY.INVALID', field: 'documents' });
    expect((await core.documents.add(notes, many(200))).documents).toHaveLength(200);
  });

  it.each<[string, object, string]>([
    ['an empty id', { id: '' }, 'QUERY.INVALID'],
    ['a long id', { id: 'x'.repeat(257) }, 'QUERY.INVALID'],
    ['an id with a line break', { id: 'a\nb' }, 'QUERY.INVALID'],
    ['an id with half a character', { id: 'a\ud800' }, 'QUERY.INVALID'],
    ['a language that is none', { language: 'English' }, 'QUERY.INVALID'],
    ['a type that nobody reads', { mediaType: 'image/png' }, 'QUERY.INVALID'],
    ['metadata that is a list', { metadata: [] }, 'QUERY.METADATA'],
    ['metadata with a reserved name', { metadata: JSON.parse('{"__proto__":1}') as object }, 'QUERY.METADATA'],
    ['metadata of objects', { metadata: { a: { b: 1 } } }, 'QUERY.METADATA'],
  ])('refuses %s, and keeps no byte', async (_, differs, code) => {
    await expect(core.documents.add(notes, [order('a', 'one', differs)])).rejects.toMatchObject({ code });
    expect([files(), await core.records.count(contentsOf(notes))]).toEqual([0, {}]);
  });
});
