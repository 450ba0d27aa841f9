import fc from 'fast-check';
import { AdaptiveLimit, type LimitMove } from './adaptive-limit';

const BUDGET_MS = 1_000;
const TARGET_MS = 250;

interface Plant {
  readonly cores: number;
  /** Predicted milliseconds of each request. */
  readonly costMs: number;
  readonly forMs: number;
  /** How much longer than predicted a request takes that starts now. */
  readonly slowness: (nowMs: number) => number;
}

interface Job {
  readonly since: number;
  readonly generation: number;
  startedAt: number;
  endsAt: number;
}

interface Moment {
  readonly at: number;
  readonly waitMs: number;
  readonly limitMs: number;
}

function aLimit(onMove?: (move: LimitMove) => void) {
  return new AdaptiveLimit({ budgetMs: BUDGET_MS, targetWaitMs: TARGET_MS, reservedParallelism: 1 }, onMove);
}

/** A server, first come first served, whose door always has work waiting; lets in whatever the limit allows. */
function simulate(limit: AdaptiveLimit, { cores, costMs, forMs, slowness }: Plant) {
  const queue: Job[] = [];
  const running: Job[] = [];
  const log: Moment[] = [];
  let [now, busyMs] = [0, 0];
  const chargeMs = () => Math.min(costMs, limit.limitMs / (cores + 1));
  while (now < forMs) {
    while ((queue.length + running.length + 1) * chargeMs() <= limit.limitMs) queue.push({ since: now, generation: limit.generation, startedAt: 0, endsAt: 0 });
    while (running.length < cores && queue.length > 0) {
      running.push(Object.assign(queue.shift()!, { startedAt: now, endsAt: now + costMs * slowness(now) }));
    }
    const next = running.reduce((one, other) => (one.endsAt <= other.endsAt ? one : other));
    busyMs += running.length * (next.endsAt - now);
    now = next.endsAt;
    running.splice(running.indexOf(next), 1);
    const queueMs = next.startedAt - next.since;
    limit.observe({ queueMs, generation: next.generation, pressed: true }, now);
    log.push({ at: now, waitMs: queueMs, limitMs: limit.limitMs });
  }
  const after = (ms: number) => log.filter(({ at }) => at >= ms);
  return { busy: busyMs / (cores * now), after };
}

const largest = (values: readonly number[]) => Math.max(...values);

describe('AdaptiveLimit', () => {
  it('stays at the budget while waits are short', () => {
    const limit = aLimit();
    simulate(limit, { cores: 16, costMs: 5, forMs: 10_000, slowness: () => 1 });
    expect(limit.limitMs).toBe(BUDGET_MS);
  });

  it.each([1, 2, 4])('settles at the target wait on a server that is %p times slower than predicted, and rests there', (times) => {
    const limit = aLimit();
    const { busy, after } = simulate(limit, { cores: 2, costMs: 5, forMs: 30_000, slowness: () => times });
    const settled = after(15_000);
    expect(largest(settled.map(({ waitMs }) => waitMs))).toBeLessThan(1.25 * TARGET_MS);
    expect(new Set(settled.map(({ limitMs }) => limitMs)).size).toBeLessThanOrEqual(2);
    expect(busy).toBeGreaterThan(0.97);
  });

  it('follows a server that slows down and recovers, and keeps it busy all the time', () => {
    const limit = aLimit();
    const slowness = (now: number) => (now > 20_000 && now < 40_000 ? 4 : 0.1);
    const { busy, after } = simulate(limit, { cores: 1, costMs: 5, forMs: 60_000, slowness });
    const slow = after(34_000).filter(({ at }) => at < 40_000);
    expect(largest(slow.map(({ waitMs }) => waitMs))).toBeLessThan(450); // the floor's 100 ms of work take 400 ms
    expect(after(55_000).at(-1)!.limitMs).toBeGreaterThan(0.85 * BUDGET_MS);
    expect(busy).toBeGreaterThan(0.97);
  });

  it('keeps any server busy and stays between floor and budget, whatever its speed does', () => {
    const phases = fc.array(fc.double({ min: 0.1, max: 10, noNaN: true }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(phases, fc.integer({ min: 5, max: 40 }), fc.integer({ min: 1, max: 4 }), (speeds, costMs, cores) => {
        const limit = aLimit();
        const slowness = (now: number) => speeds[Math.floor(now / 2_500) % speeds.length]!;
        const { busy, after } = simulate(limit, { cores, costMs, forMs: 20_000, slowness });
        expect(busy).toBeGreaterThan(0.97);
        const limits = after(0).map(({ limitMs }) => limitMs);
        expect(Math.min(...limits)).toBeGreaterThanOrEqual(limit.floorMs);
        expect(largest(limits)).toBeLessThanOrEqual(BUDGET_MS);
      }),
      { numRuns: 20 },
    );
  });

  it('moves at most once for one cause: requests of an earlier limit say nothing of this one', () => {
    const moves: LimitMove[] = [];
    const limit = aLimit((move) => moves.push(move));
    for (let now = 0; now < 5_000; now += 10) limit.observe({ queueMs: 400, generation: 0, pressed: true }, now);
    expect(moves).toEqual([{ limitMs: 625, beforeMs: 1_000, waitMs: 400 }]);
  });

  it('goes by the least wait: one request that waited long is no standing queue', () => {
    const limit = aLimit();
    for (let now = 0; now < 5_000; now += 10) limit.observe({ queueMs: now % 100 === 0 ? 240 : 2_000, generation: 0, pressed: true }, now);
    expect(limit.limitMs).toBe(BUDGET_MS);
  });

  it('does not grow while nothing waits at the door', () => {
    const limit = aLimit();
    for (let now = 0; now < 200; now += 10) limit.observe({ queueMs: 400, generation: 0, pressed: true }, now);
    for (let now = 200; now < 5_000; now += 10) limit.observe({ queueMs: 0, generation: 1, pressed: false }, now);
    expect(limit.limitMs).toBe(625);
  });
});
