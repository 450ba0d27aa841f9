import { SilentTelemetry } from '@cortex/kernel';
import { MemoryPassageIndex } from './memory-passage-index';
import type { PassageSearch, SearchedRanking } from './passage-index.port';
import { RecallGuard } from './recall-guard';

const scope = { tenant: 'acme', collection: 'papers' };
const towards = (angle: number) => Float32Array.of(Math.cos(angle), Math.sin(angle));
const search: PassageSearch = { vector: { space: 'one', values: towards(0) }, limit: 10 };

describe('RecallGuard', () => {
  let index: MemoryPassageIndex;
  let reported: unknown[];
  let guard: RecallGuard;
  let now: number;

  beforeEach(async () => {
    now = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    index = new MemoryPassageIndex();
    const passages = Array.from({ length: 12 }, (_, n) => ({ ordinal: n, start: n, end: n + 1, headings: [], tokens: 1, text: `${n}`, vectors: { one: towards(n / 10) } }));
    await index.put(scope, [{ documentId: 'd', generation: 1, facts: { metadata: {} }, passages }]);
    reported = [];
    guard = new RecallGuard({ index, telemetry: new SilentTelemetry(), report: (error) => void reported.push(error) });
  });
  afterEach(() => jest.restoreAllMocks());

  const approximate = async (lost: number): Promise<SearchedRanking> => {
    const { ranking } = (await index.search(scope, search)).vector!;
    return { ranking: ranking.slice(lost), exact: false, scanned: 10 };
  };

  it('tells what share of the nearest was found, over the last comparisons', async () => {
    expect(guard.recall).toBeNaN();
    await guard.see(scope, search, await approximate(2));
    expect(guard.recall).toBe(0.8);
    now = 60_001;
    await guard.see(scope, search, await approximate(0));
    expect(guard.recall).toBe(0.9);
  });

  it('compares one query a minute, and none that was exact', async () => {
    const asked = jest.spyOn(index, 'search');
    const [exact, found] = [{ ...(await approximate(0)), exact: true }, await approximate(0)];
    asked.mockClear();
    await guard.see(scope, search, exact);
    await guard.see(scope, { words: { query: 'x' }, limit: 1 }, undefined);
    await Promise.all(Array.from({ length: 50 }, () => guard.see(scope, search, found)));
    expect(asked).toHaveBeenCalledTimes(1);
    expect(asked.mock.lastCall![1]).toMatchObject({ vector: { exactly: true }, limit: 10 });
    now = 59_000;
    await guard.see(scope, search, found);
    expect(asked).toHaveBeenCalledTimes(1);
  });

  it('reports a comparison that fails, and goes on', async () => {
    const found = await approximate(0);
    jest.spyOn(index, 'search').mockRejectedValueOnce(new Error('away'));
    await guard.see(scope, search, found);
    expect([reported, guard.recall]).toEqual([[new Error('away')], NaN]);
    now = 60_001;
    await guard.see(scope, search, found);
    expect(guard.recall).toBe(1);
  });
});
