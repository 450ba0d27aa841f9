import { SilentTelemetry } from '@cortex/kernel';
import { MemoryResultCache } from './memory-result-cache';
import { resultCacheContract } from './result-cache.contract';

describe('MemoryResultCache', () => {
  it('gives back half, the least recently used first', () => {
    const cache = new MemoryResultCache({ maxBytes: 1e6 }, new SilentTelemetry());
    const keys = ['a', 'b', 'c', 'd'];
    cache.store(keys, keys.map(() => new Float32Array(100)));
    cache.find(['a']);
    cache.shrink();
    expect(keys.filter((key) => cache.find([key])[0])).toEqual(['a', 'd']);
  });

  resultCacheContract(() => new MemoryResultCache({ maxBytes: 100_000 }, new SilentTelemetry()));

  it('never holds more than its bytes and drops the least recently used first', () => {
    const cache = new MemoryResultCache({ maxBytes: 3_000 }, new SilentTelemetry());
    for (let index = 0; index < 10; index += 1) {
      cache.store([`key${index}`], [new Float32Array(100)]);
      cache.find(['key0']);
    }
    const kept = cache.find(Array.from({ length: 10 }, (_, index) => `key${index}`)).filter(Boolean);
    expect(kept.length).toBeLessThanOrEqual(5);
    expect(cache.find(['key0'])[0]).toBeDefined();
  });
});
