import { SilentTelemetry } from '@cortex/kernel';
import { RowCache } from './cached-rows';
import { using, work } from './orchestrator.fixture';
import { ResultCache } from './result-cache.port';

/** Notes what it is told. */
class TellTale extends ResultCache {
  readonly costs: (number | undefined)[] = [];
  find(keys: readonly string[], costMs?: number): undefined[] {
    this.costs.push(costMs);
    return keys.map(() => undefined);
  }
  store(_keys: readonly string[], _vectors: readonly Float32Array[], costMs?: number): void {
    this.costs.push(costMs);
  }
  shrink(): void {}
}

const served = { name: 'encoder', version: '1', variant: 'int8', digest: 'sha256:1', batchInvariant: true };

describe('RowCache', () => {
  it('tells the cache what a row takes to compute', async () => {
    const cache = new TellTale();
    const rows = new RowCache(cache, { telemetry: new SilentTelemetry(), isShared: false });
    const found = await rows.find({ served, costModel: { c0: 0, c1: 2, c2: 0 } }, work([1, 2, 3], [4]), using());
    await rows.store(found!, [Float32Array.of(1), Float32Array.of(2)]);
    expect(cache.costs).toEqual([4, 4]);
  });
});
