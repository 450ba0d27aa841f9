import { PRIORITIES, RANK, type Priority } from '@cortex/kernel';
import fc from 'fast-check';
import type { Waiter } from './tenant-queue';
import { WaitingRoom } from './waiting-room';

const NOW = 1_000_000;

interface Wish {
  readonly tenant?: string;
  readonly priority?: Priority;
  readonly costMs?: number;
  readonly since?: number;
}

function aWaiter({ tenant = 'a', priority = 'medium', costMs = 1, since = NOW }: Wish = {}): Waiter {
  return { tenant, priority, rank: RANK[priority], costMs, since, enter: () => undefined, refuse: () => undefined };
}

function roomOf(...waiters: readonly Waiter[]): WaitingRoom {
  const room = new WaitingRoom(0.001);
  for (const waiter of waiters) room.add(waiter);
  return room;
}

function serveNext(room: WaitingRoom, now = NOW): Waiter | undefined {
  const next = room.first(now);
  if (next) room.serve(next);
  return next;
}

const crowd = (count: number, wish: Wish) => Array.from({ length: count }, () => aWaiter(wish));
const cost = fc.double({ min: 0.1, max: 10, noNaN: true });

describe('WaitingRoom', () => {
  describe('first', () => {
    it('takes the more urgent priority first', () => {
      const room = roomOf(...PRIORITIES.toReversed().map((priority) => aWaiter({ priority })));
      expect(PRIORITIES.map(() => serveNext(room)?.priority)).toEqual([...PRIORITIES]);
    });

    it('takes those of one tenant and level as they came', () => {
      const waiters = [aWaiter({ since: NOW - 3 }), aWaiter({ since: NOW - 2, priority: 'critical' }), aWaiter({ since: NOW - 1 })];
      const room = roomOf(...waiters);
      expect(waiters.map(() => serveNext(room))).toEqual([waiters[1], waiters[0], waiters[2]]);
    });

    it('lets everyone rise a level each 500 ms', () => {
      const room = roomOf(aWaiter({ tenant: 'b', priority: 'medium', since: NOW - 500 }), aWaiter({ tenant: 'a', priority: 'low', since: NOW - 1_500 }));
      expect(serveNext(room)?.priority).toBe('low');
    });

    it('gives tenants that wait equal shares of the work, to within two requests', () => {
      const costs = fc.array(cost, { minLength: 30, maxLength: 30 });
      fc.assert(
        fc.property(fc.array(costs, { minLength: 2, maxLength: 6 }), (tenants) => {
          const room = roomOf(...tenants.flatMap((list, tenant) => list.map((costMs) => aWaiter({ tenant: `t${tenant}`, costMs }))));
          const served = new Map(tenants.map((_, tenant) => [`t${tenant}`, { count: 0, ms: 0 }]));
          for (;;) {
            const one = served.get(serveNext(room)!.tenant)!;
            one.count += 1;
            if (one.count === 30) break; // from here on one of them waits no more
          }
          const next = tenants.map((list, tenant) => list.slice(0, served.get(`t${tenant}`)!.count).reduce((sum, ms) => sum + ms, 0));
          expect(Math.max(...next) - Math.min(...next)).toBeLessThanOrEqual(2 * 10);
        }),
      );
    });

    it('lets one of a small tenant go after at most one of each other, however many of them wait', () => {
      fc.assert(
        fc.property(fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 5 }), fc.nat(100), (floods, served) => {
          const room = roomOf(...floods.flatMap((count, tenant) => crowd(count, { tenant: `t${tenant}` })));
          for (let n = 0; n < served; n += 1) serveNext(room);
          room.add(aWaiter({ tenant: 'small' }));
          let before = 0;
          while (serveNext(room)?.tenant !== 'small') before += 1;
          expect(before).toBeLessThanOrEqual(floods.length);
        }),
      );
    });

    it('gives no credit for having been absent', () => {
      const room = roomOf(...crowd(100, { tenant: 'a' }), aWaiter({ tenant: 'b' }));
      for (let n = 0; n < 50; n += 1) serveNext(room);
      for (const waiter of crowd(20, { tenant: 'b' })) room.add(waiter);
      const tenants = Array.from({ length: 20 }, () => serveNext(room)!.tenant);
      expect(tenants.filter((tenant) => tenant === 'a').length).toBeGreaterThanOrEqual(9);
    });

    it('lets a low request go within its ageing while critical ones of another tenant keep coming', () => {
      const room = roomOf(aWaiter({ tenant: 'b', priority: 'low' }), ...crowd(1_000, { tenant: 'a', priority: 'critical' }));
      let now = NOW;
      while (serveNext(room, now)?.tenant !== 'b') {
        now += 10;
        room.add(aWaiter({ tenant: 'a', priority: 'critical', since: now }));
      }
      expect(now - NOW).toBeLessThanOrEqual(1_520);
    });
  });

  it('ends empty, whoever leaves, in any order', () => {
    const wishes = fc.array(fc.record({ tenant: fc.constantFrom('a', 'b', 'c'), priority: fc.constantFrom(...PRIORITIES), costMs: cost, leaves: fc.boolean() }), { maxLength: 60 });
    fc.assert(
      fc.property(wishes, (list) => {
        const waiters = list.map(aWaiter);
        const room = roomOf(...waiters);
        const leaving = waiters.filter((_, index) => list[index]!.leaves);
        for (const waiter of leaving) room.remove(waiter);
        let served = 0;
        while (serveNext(room)) served += 1;
        expect(served).toBe(waiters.length - leaving.length);
        expect(room).toMatchObject({ size: 0, waitingMs: 0 });
        expect(room.counts()).toEqual({ critical: 0, high: 0, medium: 0, low: 0 });
      }),
    );
  });

  it('counts no more ahead of a newcomer than what really goes before it', () => {
    const wishes = fc.array(fc.record({ tenant: fc.constantFrom('a', 'b', 'c'), priority: fc.constantFrom(...PRIORITIES), costMs: cost, since: fc.integer({ min: NOW - 3_000, max: NOW }) }), { maxLength: 40 });
    fc.assert(
      fc.property(wishes, fc.constantFrom('a', 'd'), fc.constantFrom(...PRIORITIES), (list, tenant, priority) => {
        const room = roomOf(...list.toSorted((one, other) => one.since - other.since).map(aWaiter));
        const aheadMs = room.aheadMs(tenant, RANK[priority]);
        const newcomer = aWaiter({ tenant, priority });
        room.add(newcomer);
        let beforeMs = 0;
        for (let next = serveNext(room); next !== newcomer; next = serveNext(room)) beforeMs += next!.costMs;
        expect(aheadMs).toBeLessThanOrEqual(beforeMs + 1e-6);
      }),
    );
  });

  describe('victimsOf', () => {
    const newcomer = { tenant: 'small', rank: RANK.medium, costMs: 1 };

    it('names the last and least urgent of the tenant that holds the most', () => {
      const last = aWaiter({ tenant: 'big' });
      const room = roomOf(...crowd(10, { tenant: 'big' }), last, aWaiter({ tenant: 'big', priority: 'high' }), aWaiter({ tenant: 'other' }));
      expect(room.victimsOf(newcomer)).toEqual([last]);
    });

    it('names as many as the newcomer needs', () => {
      expect(roomOf(...crowd(10, { tenant: 'big' })).victimsOf({ ...newcomer, costMs: 3 })).toHaveLength(3);
    });

    it('names nobody for a tenant that would then hold more', () => {
      expect(roomOf(...crowd(5, { tenant: 'big' }), ...crowd(4, { tenant: 'small' })).victimsOf(newcomer)).toEqual([]);
      expect(roomOf(...crowd(5, { tenant: 'small' })).victimsOf(newcomer)).toEqual([]);
    });

    it('names more urgent ones only for a tenant of whom nobody waits', () => {
      const urgent = crowd(10, { tenant: 'big', priority: 'critical' });
      expect(roomOf(...urgent).victimsOf(newcomer)).toHaveLength(1);
      expect(roomOf(...urgent, aWaiter({ tenant: 'small' })).victimsOf(newcomer)).toEqual([]);
    });

    it('weighs many small ones too', () => {
      const room = new WaitingRoom(1);
      for (const waiter of [...crowd(50, { tenant: 'many', costMs: 0.01 }), ...crowd(2, { tenant: 'large', costMs: 10 })]) room.add(waiter);
      expect(room.victimsOf({ ...newcomer, costMs: 0.01 })[0]?.tenant).toBe('many');
    });
  });

  it('holds 10,000 of as many tenants, in bounded queues', () => {
    const room = roomOf(...Array.from({ length: 10_000 }, (_, n) => aWaiter({ tenant: `t${n}` })));
    let served = 0;
    while (serveNext(room)) served += 1;
    expect(served).toBe(10_000);
  });
});
