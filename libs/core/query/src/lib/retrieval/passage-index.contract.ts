import type { Scope } from '../collections/scope';
import { matches } from '../filters/filter';
import type { Metadata } from '../filters/metadata';
import { parseFilter } from '../filters/parse-filter';
import { FILTERS, HOSTILE, METADATA } from './passage-index.cases';
import { PassagesMissingError, VectorWidthError } from '../query.errors';
import type { Ranking } from './fusion';
import type { FoundPassage } from './passage';
import type { IndexedPassage, PassageIndex, PassageSearch } from './passage-index.port';

const scope: Scope = { tenant: 'acme', collection: 'papers' };
const towards = (angle: number) => Float32Array.of(Math.cos(angle), Math.sin(angle), 0, 0);

function passage(ordinal: number, text: string, angle = 0): IndexedPassage {
  return { ordinal, start: ordinal * 100, end: ordinal * 100 + text.length, headings: [], tokens: 5, text, vectors: { one: towards(angle) } };
}

/** What every PassageIndex promises. Call it inside a spec; `make` gives an empty index, whose collections have a space `one` of four dimensions. */
export function passageIndexContract(make: () => Promise<PassageIndex>): void {
  const publish = async (index: PassageIndex, documentId: string, passages: readonly IndexedPassage[], metadata: Metadata = {}, where = scope, generation = 1) => {
    await index.write(where, { documentId, generation }, passages);
    await index.publish(where, { documentId, generation }, { metadata, language: 'en' });
  };
  const found = async (index: PassageIndex, search: Partial<PassageSearch>, where = scope) => {
    const { vector, words } = await index.search(where, { limit: 10, ...search });
    const passages = await index.read(where, (vector ?? words)!.ranking.map(({ id }) => id));
    return passages.map(({ text }) => text);
  };
  const near = (angle: number) => ({ vector: { space: 'one', values: towards(angle) } });
  const saying = (query: string) => ({ words: { query, language: 'en' } });

  it('finds nothing where nothing is', async () => {
    const index = await make();
    expect([await found(index, near(0)), await found(index, saying('wing')), await index.read(scope, ['x'])]).toEqual([[], [], []]);
  });

  it('orders by cosine, and by BM25', async () => {
    const index = await make();
    await publish(index, 'd', [passage(0, 'wing wing wing', 1), passage(1, 'wing of a bird in the air', 0.1), passage(2, 'fish', 2)]);
    expect(await found(index, near(0))).toEqual(['wing of a bird in the air', 'wing wing wing', 'fish']);
    expect(await found(index, saying('wing'))).toEqual(['wing wing wing', 'wing of a bird in the air']);
    expect(await found(index, saying('bird wing'))).toEqual(['wing of a bird in the air', 'wing wing wing']);
  });

  it('gives cosines as scores, and says what it looked at', async () => {
    const index = await make();
    await publish(index, 'd', [passage(0, 'a', 0), passage(1, 'b', Math.PI / 3), passage(2, 'c', Math.PI)]);
    const { vector } = await index.search(scope, { ...near(0), limit: 3 });
    vector!.ranking.forEach(({ score }, place) => expect(score).toBeCloseTo([1, 0.5, -1][place]!, 2));
    expect(vector).toMatchObject({ exact: true, scanned: 3 });
  });

  it('gives as many as are asked for, and all when there are fewer', async () => {
    const index = await make();
    await publish(index, 'd', Array.from({ length: 7 }, (_, n) => passage(n, `wing ${n}`, n / 10)));
    expect(await found(index, { ...near(0), limit: 3 })).toEqual(['wing 0', 'wing 1', 'wing 2']);
    expect(await found(index, { ...saying('wing'), limit: 100 })).toHaveLength(7);
  });

  it('finds a document whole, once it is published, and then no earlier generation of it', async () => {
    const index = await make();
    await publish(index, 'd', [passage(0, 'old one'), passage(1, 'old two')]);
    await index.write(scope, { documentId: 'd', generation: 2 }, [passage(0, 'new one')]);
    await index.write(scope, { documentId: 'd', generation: 2 }, [passage(1, 'new two', 1)]);
    expect(await found(index, near(0))).toEqual(expect.arrayContaining(['old one', 'old two']));
    await index.publish(scope, { documentId: 'd', generation: 2 }, { metadata: {} });
    expect([await found(index, near(0)), await found(index, saying('old'))]).toEqual([['new one', 'new two'], []]);
  });

  it('forgets what was written of a generation that begins anew', async () => {
    const index = await make();
    await index.write(scope, { documentId: 'd', generation: 1 }, [passage(0, 'long cut'), passage(1, 'of it'), passage(2, 'and more')]);
    await publish(index, 'd', [passage(0, 'short cut'), passage(1, 'of all')]);
    expect(await found(index, near(0))).toEqual(['short cut', 'of all']);
  });

  it('publishes only as many passages as there shall be', async () => {
    const index = await make();
    const generation = { documentId: 'd', generation: 1 };
    await expect(index.publish(scope, generation, { metadata: {}, passages: 2 })).rejects.toThrow(PassagesMissingError);
    await index.write(scope, generation, [passage(1, 'second', 1)]);
    await expect(index.publish(scope, generation, { metadata: {}, passages: 2 })).rejects.toMatchObject({ written: 1, expected: 2 });
    await index.write(scope, generation, [passage(0, 'first'), passage(1, 'second', 1)]);
    for (const _again of [1, 2]) await index.publish(scope, generation, { metadata: {}, passages: 2 });
    expect(await found(index, near(0))).toEqual(['first', 'second']);
  });

  it('never goes back to an earlier generation', async () => {
    const index = await make();
    await publish(index, 'd', [passage(0, 'new')], {}, scope, 2);
    await publish(index, 'd', [passage(0, 'old')], {}, scope, 1);
    expect(await found(index, near(0))).toEqual(['new']);
  });

  it('writes a passage again in place of the one before', async () => {
    const index = await make();
    await index.write(scope, { documentId: 'd', generation: 1 }, [passage(0, 'first'), passage(1, 'second', 1)]);
    await publish(index, 'd', [passage(1, 'second again', 1)]);
    expect(await found(index, near(0))).toEqual(['first', 'second again']);
  });

  it('puts documents whole, as if each was written and published', async () => {
    const [index, fresh] = [await make(), await make()];
    const documents = ['a', 'b', 'c'].map((documentId, place) => ({
      ...{ documentId, generation: 2, facts: { title: `About ${documentId}`, language: 'en', metadata: { place } } },
      passages: [passage(0, `wing of ${documentId}`, place), passage(1, `bird ${'air '.repeat(place)}`, place + 0.5)],
    }));
    await publish(index, 'a', [passage(0, 'old wing'), passage(1, 'old'), passage(2, 'old bird')]);
    await index.write(scope, { documentId: 'b', generation: 2 }, [passage(0, 'begun'), passage(1, 'begun'), passage(2, 'begun')]);
    await publish(index, 'c', [passage(0, 'put before')], {}, scope, 2);
    await index.put(scope, documents);
    for (const { facts, passages, ...generation } of documents) {
      await fresh.write(scope, generation, passages);
      await fresh.publish(scope, generation, facts);
    }
    const look = async (of: PassageIndex) => {
      const { vector, words } = await of.search(scope, { ...near(0.3), ...saying('about wing air bird'), limit: 20 });
      const read = (ranking: Ranking) => of.read(scope, ranking.map(({ id }) => id));
      return { near: (await read(vector!.ranking)).map(withoutId), saying: new Set((await read(words!.ranking)).map(withoutId)), scores: words!.ranking.map(({ score }) => score.toFixed(6)) };
    };
    expect(await look(index)).toEqual(await look(fresh));
  });

  it('puts no earlier generation in place of a later one', async () => {
    const index = await make();
    await publish(index, 'd', [passage(0, 'new wing')], {}, scope, 3);
    await index.put(scope, [{ documentId: 'd', generation: 2, facts: { language: 'en', metadata: {} }, passages: [passage(0, 'old wing')] }, { documentId: 'e', generation: 1, facts: { language: 'en', metadata: {} }, passages: [passage(0, 'other wing', 1)] }]);
    expect([await found(index, near(0)), (await found(index, saying('wing'))).sort()]).toEqual([['new wing', 'other wing'], ['new wing', 'other wing']]);
  });

  it('puts nothing where a vector has the wrong width', async () => {
    const index = await make();
    await publish(index, 'd', [passage(0, 'wing')]);
    const wrong = { ...passage(0, 'wide'), vectors: { one: new Float32Array(3) } };
    await expect(index.put(scope, [{ documentId: 'e', generation: 1, facts: { metadata: {} }, passages: [passage(0, 'fine')] }, { documentId: 'f', generation: 1, facts: { metadata: {} }, passages: [wrong] }])).rejects.toThrow(VectorWidthError);
    expect(await found(index, near(0))).toEqual(['wing']);
  });

  it('renews what is known of a document when the same generation is published again', async () => {
    const index = await make();
    await publish(index, 'd', [passage(0, 'wing')], { year: 2019 });
    await index.publish(scope, { documentId: 'd', generation: 1 }, { title: 'Feathers', language: 'en', metadata: { year: 2020 } });
    const filter = parseFilter({ year: 2020 });
    expect([await found(index, { ...saying('feathers'), filter }), await found(index, { ...near(0), filter })]).toEqual([['wing'], ['wing']]);
  });

  it('never finds an earlier generation in place of a later one', async () => {
    const index = await make();
    await index.write(scope, { documentId: 'd', generation: 1 }, [passage(0, 'old wing')]);
    await publish(index, 'd', [passage(0, 'new wing')], {}, scope, 2);
    await index.publish(scope, { documentId: 'd', generation: 1 }, { metadata: {} });
    expect([await found(index, near(0)), await found(index, saying('wing'))]).toEqual([['new wing'], ['new wing']]);
  });

  it('scores words as if what is gone had never been', async () => {
    const [index, fresh] = [await make(), await make()];
    for (const generation of [1, 2]) await publish(index, 'a', [passage(0, `wing bird ${'air '.repeat(generation)}`), passage(1, 'bird')], {}, scope, generation);
    for (const id of ['b', 'c']) await publish(index, id, [passage(0, 'wing fish')]);
    await index.remove(scope, ['b']);
    await index.publish(scope, { documentId: 'c', generation: 1 }, { title: 'fish', language: 'en', metadata: {} });
    await publish(fresh, 'a', [passage(0, 'wing bird air air'), passage(1, 'bird')]);
    await fresh.write(scope, { documentId: 'c', generation: 1 }, [passage(0, 'wing fish')]);
    await fresh.publish(scope, { documentId: 'c', generation: 1 }, { title: 'fish', language: 'en', metadata: {} });
    const scores = async (of: PassageIndex) => (await of.search(scope, { ...saying('wing fish bird'), limit: 10 })).words!.ranking.map(({ score }) => score.toFixed(6));
    expect(await scores(index)).toEqual(await scores(fresh));
  });

  it('gives back what was written', async () => {
    const index = await make();
    const { vectors: _, ...kept } = passage(3, "It's 😀 \\ “x” \u202e");
    await index.write(scope, { documentId: 'd', generation: 1 }, [{ ...kept, headings: ['A', 'B "c"'], pages: [{ page: 2, start: 300 }, { page: 3, start: 310 }], vectors: { one: towards(0) } }]);
    await index.publish(scope, { documentId: 'd', generation: 1 }, { title: 'T', language: 'en', metadata: METADATA[2]! });
    const { vector } = await index.search(scope, { ...near(0), limit: 1 });
    const [read] = await index.read(scope, vector!.ranking.map(({ id }) => id));
    expect(read).toEqual({ ...kept, headings: ['A', 'B "c"'], pages: [{ page: 2, start: 300 }, { page: 3, start: 310 }], id: vector!.ranking[0]!.id, document: { id: 'd', title: 'T', language: 'en', metadata: METADATA[2] } });
  });

  it('reads in the order that was asked, without what is gone', async () => {
    const index = await make();
    await publish(index, 'a', [passage(0, 'of a')]);
    await publish(index, 'b', [passage(0, 'of b', 1)]);
    const [a, b] = (await index.search(scope, { ...near(0), limit: 2 })).vector!.ranking.map(({ id }) => id) as [string, string];
    await index.remove(scope, ['a']);
    expect((await index.read(scope, [b, a])).map(({ text }) => text)).toEqual(['of b']);
  });

  it('removes documents, or all', async () => {
    const index = await make();
    for (const id of ['a', 'b', 'c']) await publish(index, id, [passage(0, `wing of ${id}`)]);
    await index.remove(scope, ['a', 'nobody']);
    expect((await found(index, saying('wing'))).sort()).toEqual(['wing of b', 'wing of c']);
    await index.remove(scope);
    expect(await found(index, near(0))).toEqual([]);
  });

  it('never shows one tenant or collection what is another’s', async () => {
    const index = await make();
    await publish(index, 'd', [passage(0, 'wing of acme')]);
    const { vector } = await index.search(scope, { ...near(0), limit: 1 });
    for (const other of [{ tenant: 'other', collection: 'papers' }, { tenant: 'acme', collection: 'letters' }]) {
      await publish(index, 'd', [passage(0, 'wing of another')], {}, other);
      expect([await found(index, near(0), other), await found(index, saying('acme'), other)]).toEqual([['wing of another'], []]);
      expect((await index.read(other, vector!.ranking.map(({ id }) => id))).map(({ text }) => text)).not.toContain('wing of acme');
      await index.remove(other);
    }
    expect(await found(index, near(0))).toEqual(['wing of acme']);
  });

  it.each(FILTERS.map((filter) => [filter]))('finds by the filter %j exactly what it means', async (given) => {
    const index = await make();
    for (const [place, metadata] of METADATA.entries()) await publish(index, `d${place}`, [passage(0, `wing ${place}`, place)], metadata);
    const filter = parseFilter(given);
    const meant = METADATA.flatMap((metadata, place) => (matches(filter, metadata) ? [`wing ${place}`] : []));
    expect((await found(index, { ...near(0), filter })).sort()).toEqual(meant);
    expect((await found(index, { ...saying('wing'), filter })).sort()).toEqual(meant);
  });

  it('takes any query for words', async () => {
    const index = await make();
    await publish(index, 'd', [passage(0, 'wing')]);
    for (const query of HOSTILE) expect(['wing', undefined]).toContain((await found(index, saying(query)))[0]);
  });
}

function withoutId({ id: _, ...passage }: FoundPassage): Omit<FoundPassage, 'id'> {
  return passage;
}
