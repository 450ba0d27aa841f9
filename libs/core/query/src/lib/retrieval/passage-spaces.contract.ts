import type { Scope } from '../collections/scope';
import { VectorWidthError } from '../query.errors';
import type { IndexedPassage, PassageIndex } from './passage-index.port';
import type { PassageSpaces } from './passage-spaces.port';

const scope: Scope = { tenant: 'acme', collection: 'papers' };
const other: Scope = { tenant: 'other', collection: 'papers' };
const OLD = Float32Array.of(1, 0);
const EAST = Float32Array.of(1, 0, 0);
const NORTH = Float32Array.of(0, 1, 0);

export interface PassageSpacesFixture {
  readonly index: PassageIndex;
  readonly spaces: PassageSpaces;
}

function passage(ordinal: number): IndexedPassage {
  return { ordinal, start: ordinal, end: ordinal + 1, headings: ['H'], tokens: 1, text: `p${ordinal}`, vectors: { old: OLD } };
}

/** What every PassageSpaces promises. Call it inside a spec; `make` gives them empty, over the passages of an index. */
export function passageSpacesContract(make: () => Promise<PassageSpacesFixture>): void {
  const publish = async (index: PassageIndex, documentId: string, count: number, where = scope) => {
    await index.write(where, { documentId, generation: 1 }, Array.from({ length: count }, (_, ordinal) => passage(ordinal)));
    await index.publish(where, { documentId, generation: 1 }, { title: 'T', metadata: { year: 2020 } });
  };
  const nearest = async (index: PassageIndex, space: string, values: Float32Array, where = scope) => {
    const { vector } = await index.search(where, { vector: { space, values }, limit: 10 });
    return (await index.read(where, vector!.ranking.map(({ id }) => id))).map(({ text }) => text);
  };
  const fill = async ({ spaces }: PassageSpacesFixture, vectors: readonly Float32Array[], where = scope) => {
    const lacking = await spaces.lacking(where, 'new', vectors.length);
    await spaces.store(where, 'new', new Map(lacking.map(({ id }, place) => [id, vectors[place]!])));
    return lacking.map(({ text }) => text);
  };

  it('tells which published passages have no vector in a space, the same ones until they have one', async () => {
    const fixture = await make();
    await publish(fixture.index, 'd', 3);
    await fixture.index.write(scope, { documentId: 'draft', generation: 1 }, [passage(7)]);
    expect([await fixture.spaces.count(scope), await fixture.spaces.count(other)]).toEqual([3, 0]);
    const first = await fixture.spaces.lacking(scope, 'new', 2);
    expect(first).toEqual(await fixture.spaces.lacking(scope, 'new', 2));
    expect(first[0]).toMatchObject({ headings: ['H'], document: { id: 'd', title: 'T', metadata: { year: 2020 } } });
    const filled = [...(await fill(fixture, [EAST, EAST])), ...(await fill(fixture, [EAST, EAST]))];
    expect(filled.sort()).toEqual(['p0', 'p1', 'p2']);
    expect(await fixture.spaces.lacking(scope, 'new', 10)).toEqual([]);
    expect(await fixture.spaces.lacking(scope, 'old', 10)).toEqual([]);
  });

  it('finds passages by the vectors that they are given, also by others in their place', async () => {
    const fixture = await make();
    await publish(fixture.index, 'd', 2);
    const [first, second] = await fixture.spaces.lacking(scope, 'new', 2);
    await fixture.spaces.store(scope, 'new', new Map([[first!.id, EAST], [second!.id, NORTH]]));
    expect((await nearest(fixture.index, 'new', NORTH))[0]).toBe(second!.text);
    await fixture.spaces.store(scope, 'new', new Map([[first!.id, NORTH], [second!.id, EAST]]));
    expect(await nearest(fixture.index, 'new', NORTH)).toEqual([first!.text, second!.text]);
  });

  it('reads the vectors of passages that have one', async () => {
    const fixture = await make();
    await publish(fixture.index, 'd', 2);
    const [first, second] = await fixture.spaces.lacking(scope, 'new', 2);
    await fixture.spaces.store(scope, 'new', new Map([[first!.id, NORTH]]));
    expect(await fixture.spaces.read(scope, 'new', [second!.id, 'x', first!.id])).toEqual(new Map([[first!.id, NORTH]]));
    expect([await fixture.spaces.read(other, 'new', [first!.id]), await fixture.spaces.read(scope, 'nothing', [first!.id])]).toEqual([new Map(), new Map()]);
  });

  it('passes over what is gone or never was', async () => {
    const { index, spaces } = await make();
    await publish(index, 'd', 1);
    await publish(index, 'e', 1);
    const lacking = await spaces.lacking(scope, 'new', 10);
    await index.remove(scope, ['e']);
    await spaces.store(scope, 'new', new Map([...lacking.map(({ id }) => [id, EAST] as const), ['x', EAST], ['999999999999', EAST]]));
    expect(await nearest(index, 'new', EAST)).toEqual(['p0']);
  });

  it('refuses vectors of another width, and stores none of them', async () => {
    const fixture = await make();
    await publish(fixture.index, 'd', 2);
    await fill(fixture, [EAST]);
    const [lacking] = await fixture.spaces.lacking(scope, 'new', 1);
    await expect(fixture.spaces.store(scope, 'new', new Map([[lacking!.id, OLD]]))).rejects.toThrow(VectorWidthError);
    await expect(fixture.index.write(scope, { documentId: 'x', generation: 1 }, [{ ...passage(0), vectors: { new: OLD } }])).rejects.toThrow(VectorWidthError);
    await expect(nearest(fixture.index, 'new', OLD)).rejects.toThrow(VectorWidthError);
    expect(await nearest(fixture.index, 'new', EAST)).toHaveLength(1);
  });

  it('finds the same after it settled, and settles what is not there', async () => {
    const fixture = await make();
    await publish(fixture.index, 'd', 2);
    await fill(fixture, [EAST, NORTH]);
    const before = await nearest(fixture.index, 'new', NORTH);
    for (const space of ['new', 'new', 'nothing']) await fixture.spaces.settle(scope, space);
    expect(await nearest(fixture.index, 'new', NORTH)).toEqual(before);
  });

  it('drops a space with its vectors, which may then be made anew', async () => {
    const fixture = await make();
    await publish(fixture.index, 'd', 2);
    await fill(fixture, [EAST, NORTH]);
    for (const space of ['new', 'nothing']) await fixture.spaces.drop(scope, space);
    expect([await nearest(fixture.index, 'new', EAST), await nearest(fixture.index, 'old', OLD)]).toEqual([[], expect.arrayContaining(['p0', 'p1'])]);
    expect(await fixture.spaces.lacking(scope, 'new', 10)).toHaveLength(2);
    await fill(fixture, [Float32Array.of(0, 1), OLD]);
    expect(await nearest(fixture.index, 'new', OLD)).toHaveLength(2);
  });

  it('keeps the spaces of the same name of different tenants apart', async () => {
    const fixture = await make();
    await publish(fixture.index, 'd', 1);
    await publish(fixture.index, 'd', 1, other);
    await fill(fixture, [EAST]);
    expect(await fixture.spaces.lacking(other, 'new', 10)).toHaveLength(1);
    await fill(fixture, [OLD], other);
    const [mine] = (await fixture.index.search(scope, { vector: { space: 'new', values: EAST }, limit: 1 })).vector!.ranking;
    await fixture.spaces.store(other, 'new', new Map([[mine!.id, Float32Array.of(0, 1)]]));
    await fixture.spaces.drop(other, 'new');
    expect([await nearest(fixture.index, 'new', EAST), await nearest(fixture.index, 'new', OLD, other)]).toEqual([['p0'], []]);
  });
}
