import type { ResultCache } from './result-cache.port';

/** What every ResultCache promises. Call it inside a spec; `make` gives a cache of at least 100 kB. */
export function resultCacheContract(make: () => Promise<ResultCache> | ResultCache): void {
  it('finds what was stored, in the order of the keys', async () => {
    const cache = await make();
    await cache.store(['a', 'b'], [Float32Array.of(1, 2), Float32Array.of(3)]);
    expect(await cache.find(['b', 'missing', 'a'])).toEqual([Float32Array.of(3), undefined, Float32Array.of(1, 2)]);
  });

  it('keeps copies, so that the batch a vector came from can go', async () => {
    const cache = await make();
    const batch = Float32Array.of(1, 2, 3, 4);
    await cache.store(['row'], [batch.subarray(2)]);
    batch.fill(9);
    const [kept] = await cache.find(['row']);
    expect(kept).toEqual(Float32Array.of(3, 4));
    expect(kept!.buffer.byteLength).toBe(8);
  });

  it('tells keys apart exactly, whatever bytes they hold', async () => {
    const cache = await make();
    await cache.store(['\u0000\u0001', '\u0000', 'ÿ'], [Float32Array.of(1), Float32Array.of(2), Float32Array.of(3)]);
    expect(await cache.find(['\u0000', '\u0000\u0001', 'ÿ', ''])).toEqual([Float32Array.of(2), Float32Array.of(1), Float32Array.of(3), undefined]);
  });

  it('answers as always after it was asked to shrink', async () => {
    const cache = await make();
    await cache.shrink();
    await cache.store(['a', 'b'], [Float32Array.of(1), Float32Array.of(2)]);
    await cache.shrink();
    await cache.store(['c'], [Float32Array.of(3)]);
    expect((await cache.find(['c']))[0]).toEqual(Float32Array.of(3));
  });

  it('keeps every bit', async () => {
    const cache = await make();
    const odd = Float32Array.of(NaN, -0, Infinity, 1e-45, 0.1);
    await cache.store(['odd'], [odd]);
    const [kept] = await cache.find(['odd']);
    expect(new Uint32Array(kept!.slice().buffer)).toEqual(new Uint32Array(odd.buffer));
  });
}
