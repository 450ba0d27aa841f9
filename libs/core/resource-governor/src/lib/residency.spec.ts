import { SystemClock } from '@cortex/kernel';
import { FakeClock } from '@cortex/kernel/testing';
import fc from 'fast-check';
import { MemoryReservationLedger } from './memory-reservation-ledger';
import type { Residence } from './residence';
import { Residency, type Eviction, type ResidencyParts } from './residency';
import { LoadsWaitError, NoRoomError, TooLargeForBudgetError } from './residency.errors';
import type { Tenancy } from './resident';

/** A machine whose resident memory is what is loaded, and what the allocator keeps. */
class Machine {
  readonly #loaded = new Map<string, number>();
  keptBytes = 0;

  load(key: string, bytes: number): void {
    this.#loaded.set(key, bytes);
    this.keptBytes = Math.max(0, this.keptBytes - bytes);
  }

  free(key: string, returned = 1): void {
    this.keptBytes += (this.#loaded.get(key) ?? 0) * (1 - returned);
    this.#loaded.delete(key);
  }

  holds(key: string): boolean {
    return this.#loaded.has(key);
  }

  get loadedBytes(): number {
    return [...this.#loaded.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  async residentBytes(): Promise<number> {
    return 1_000 + this.loadedBytes + this.keptBytes;
  }
}

/** Something that can be loaded, used and evicted. */
class Thing implements Tenancy {
  uses = 0;
  pinned = false;
  keepMs = Infinity;
  residence: Residence | undefined;
  #idle: (() => void)[] = [];

  constructor(readonly key: string, readonly bytes: number, private readonly machine: Machine, readonly reloadMs = 100) {}

  get identity(): string {
    return this.key;
  }
  isPinned = () => this.pinned;
  isIdle = () => this.uses === 0;
  keepAliveMs = () => this.keepMs;

  async evict(): Promise<void> {
    if (this.uses > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
    if (this.uses > 0) throw new Error(`${this.key} was evicted while it was in use`);
    this.machine.free(this.key);
  }

  async moveIn(residency: Residency, takenBytes = this.bytes): Promise<this> {
    this.residence = await residency.admit(this);
    this.machine.load(this.key, takenBytes);
    await this.residence.settle({ bytes: takenBytes, loadMs: this.reloadMs });
    return this;
  }

  use(): () => void {
    this.uses += 1;
    this.residence?.used();
    return () => {
      this.uses -= 1;
      this.residence?.idle();
      for (const resolve of this.#idle.splice(0)) resolve();
    };
  }
}

function make(limitBytes: number, parts: Partial<ResidencyParts> = {}) {
  const machine = new Machine();
  const clock = new FakeClock();
  const evictions: Eviction[] = [];
  const ledger = new MemoryReservationLedger();
  const residency = new Residency({ limitBytes, patienceMs: 200, ledger, clock, probe: machine, onEviction: (eviction) => evictions.push(eviction), ...parts });
  const thing = (key: string, bytes: number, reloadMs?: number) => new Thing(key, bytes, machine, reloadMs);
  return { residency, machine, clock, evictions, ledger, thing };
}

describe('Residency', () => {
  it('evicts before it lets a newcomer in, and says for whom and what came back', async () => {
    const { residency, machine, evictions, thing } = make(100);
    await thing('a', 60).moveIn(residency);
    const seen: number[] = [];
    const residence = await residency.admit(thing('b', 60));
    seen.push(machine.loadedBytes);
    await residence.settle({ bytes: 60, loadMs: 10 });
    expect(seen).toEqual([0]);
    expect(evictions).toEqual([{ key: 'a', cause: 'room', for: 'b', bytes: 60, fellBytes: 60 }]);
  });

  it('lets go what is used least for what it takes and what it costs to bring back', async () => {
    const { residency, evictions, thing, clock } = make(100);
    const popular = await thing('popular', 40).moveIn(residency);
    await thing('dear', 40, 10_000).moveIn(residency);
    const rare = await thing('rare', 20).moveIn(residency);
    for (let i = 0; i < 5; i += 1) popular.use()();
    rare.use()();
    clock.advance(10_000);
    await thing('new', 20).moveIn(residency);
    expect(evictions.map(({ key }) => key)).toEqual(['rare']);
  });

  it('never takes what is pinned or in use', async () => {
    const { residency, thing, clock } = make(100);
    const pinned = await thing('pinned', 50).moveIn(residency);
    pinned.pinned = true;
    const used = await thing('used', 50).moveIn(residency);
    const stop = used.use();
    clock.advance(10_000);
    expect(residency.plan(thing('new', 50))).toEqual({ outcome: 'waits', bytes: 50, evicts: [] });
    const coming = thing('new', 50).moveIn(residency);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(isIn(residency, 'used')).toBe(true);
    stop();
    await coming;
    expect(isIn(residency, 'pinned')).toBe(true);
    expect(isIn(residency, 'used')).toBe(false);
  });

  it('asks what is always in use to finish and leave, so that a newcomer gets its turn', async () => {
    const { residency, thing } = make(100, { clock: new SystemClock(), patienceMs: 5_000 });
    const busy = await thing('busy', 100).moveIn(residency);
    let stop = busy.use();
    const overlapping = setInterval(() => {
      const next = residency.state().residents.some(({ key, ready }) => key === 'busy' && ready) ? busy.use() : undefined;
      stop();
      stop = next ?? (() => undefined);
    }, 5);
    await thing('new', 100).moveIn(residency);
    clearInterval(overlapping);
    expect(isIn(residency, 'new')).toBe(true);
  });

  it('does not let two newcomers push each other out while a third could go', async () => {
    const { residency, evictions, thing, clock } = make(100);
    const old = await thing('old', 50).moveIn(residency);
    for (let i = 0; i < 9; i += 1) old.use()();
    clock.advance(10_000);
    await thing('first', 50).moveIn(residency);
    await thing('second', 50).moveIn(residency);
    expect(evictions.map(({ key }) => key)).toEqual(['old']);
  });

  it('gives the last memory to one of two that race for it, and then to the other', async () => {
    const { residency, machine, thing } = make(100, { clock: new SystemClock() });
    let most = 0;
    const load = async (key: string) => {
      const one = await thing(key, 80).moveIn(residency);
      most = Math.max(most, machine.loadedBytes);
      return one;
    };
    await Promise.all([load('a'), load('b')]);
    expect(most).toBe(80);
  });

  it('refuses what is larger than the budget, and what only pinned ones stand in the way of', async () => {
    const { residency, thing } = make(100);
    await expect(residency.admit(thing('huge', 101))).rejects.toThrow(TooLargeForBudgetError);
    const pinned = await thing('pinned', 80).moveIn(residency);
    pinned.pinned = true;
    await expect(residency.admit(thing('new', 30))).rejects.toThrow(NoRoomError);
  });

  it('learns from what comes back how much its runs took', async () => {
    const { residency, machine, thing, clock } = make(1_000);
    const growing = await thing('growing', 100).moveIn(residency);
    machine.load('growing', 160);
    clock.advance(10_000);
    await residency.evictIdle('pressure');
    expect(residency.plan(growing).bytes).toBe(160);
  });

  it('gives up its place when a load before it takes for ever', async () => {
    jest.useFakeTimers();
    try {
      const { residency, thing } = make(1_000);
      const hanging = await residency.admit(thing('hanging', 10));
      const waiting = expect(residency.admit(thing('waiting', 10))).rejects.toThrow(LoadsWaitError);
      await jest.advanceTimersByTimeAsync(300_000);
      await waiting;
      hanging.release();
      await thing('next', 10).moveIn(residency);
    } finally {
      jest.useRealTimers();
    }
  });

  it('gives the room back when a load fails half-way', async () => {
    const { residency, thing, ledger } = make(100);
    const residence = await residency.admit(thing('broken', 100));
    residence.release();
    residence.release();
    expect(residency.state()).toMatchObject({ heldBytes: 0, residents: [] });
    expect(ledger.usage()).toEqual([]);
  });

  it('learns what a thing really takes and predicts that the next time', async () => {
    const { residency, thing } = make(1_000);
    const first = await thing('a', 100).moveIn(residency, 180);
    await residency.evictIdle('pressure');
    expect(isIn(residency, first.key)).toBe(false);
    expect(residency.plan(thing('a', 100)).bytes).toBe(180);
  });

  it('measures by what resident memory grew where the thing cannot tell, memory included that the allocator had kept', async () => {
    const { residency, machine, thing, clock } = make(1_000);
    const hoarding = thing('hoarding', 300);
    hoarding.evict = async () => machine.free('hoarding', 0);
    await hoarding.moveIn(residency);
    clock.advance(10_000);
    await residency.evictIdle('pressure');
    expect(residency.state().unreturnedBytes).toBe(300);
    const residence = await residency.admit(thing('next', 200));
    machine.load('next', 200);
    expect(await residence.settle({ loadMs: 10 })).toBe(200);
    expect(residency.state().unreturnedBytes).toBe(100);
  });

  it('holds room for a measurement, and notices what the allocator keeps of it', async () => {
    const { residency, machine, thing } = make(100);
    let coming: Promise<unknown> | undefined;
    {
      await using _room = await residency.borrow('measuring a', 60);
      machine.keptBytes = 30;
      expect(residency.state().heldBytes).toBe(60);
      coming = thing('b', 50).moveIn(residency);
    }
    expect(residency.state()).toMatchObject({ heldBytes: 0, unreturnedBytes: 30 });
    await coming;
  });

  it('lends a measurement what is not pinned, where it wants more', async () => {
    const { residency, thing } = make(100);
    (await thing('a', 40).moveIn(residency)).pinned = true;
    await using _room = await residency.borrow('measuring b', 90);
    expect(residency.state().heldBytes).toBe(100);
  });

  it('makes others pay when a thing takes more than was predicted', async () => {
    const { residency, thing, clock } = make(100);
    await thing('a', 50).moveIn(residency);
    clock.advance(10_000);
    await thing('b', 40).moveIn(residency, 70);
    expect(residency.state()).toMatchObject({ heldBytes: 70, residents: [{ key: 'b' }] });
  });

  it('does not evict a newcomer for what it takes itself: its eviction would wait for its own load', async () => {
    const { residency, thing } = make(100);
    const used = await thing('used', 50).moveIn(residency);
    used.use();
    const newcomer = thing('newcomer', 40);
    const loading = newcomer.moveIn(residency, 70);
    newcomer.evict = async () => void (await loading);
    const outcome = await Promise.race([loading.then(() => 'loaded'), new Promise((resolve) => setTimeout(() => resolve('waits for itself'), 50))]);
    expect(outcome).toBe('loaded');
    expect(isIn(residency, 'newcomer')).toBe(true);
  });

  it('lets go what was unused for longer than it may be', async () => {
    const { residency, thing, clock } = make(100);
    const short = await thing('short', 10).moveIn(residency);
    short.keepMs = 1_000;
    await thing('long', 10).moveIn(residency);
    await residency.evictIdle('idle');
    expect(isIn(residency, 'short')).toBe(true);
    clock.advance(1_000);
    await residency.evictIdle('idle');
    expect(residency.state().residents.map(({ key }) => key)).toEqual(['long']);
  });

  it('says how many newcomers wait, and lets sweeps of one cause go together', async () => {
    const { residency, thing } = make(100);
    const first = await residency.admit(thing('first', 10));
    expect(residency.state().waiting).toBe(0);
    const second = thing('second', 10).moveIn(residency);
    const sweeps = Array.from({ length: 5 }, () => residency.evictIdle('pressure'));
    expect(residency.state().waiting).toBe(1);
    expect(new Set(sweeps).size).toBe(1);
    await first.settle({ bytes: 10, loadMs: 1 });
    await Promise.all([second, ...sweeps]);
    expect(residency.state()).toMatchObject({ waiting: 0, residents: [] });
    await thing('third', 10).moveIn(residency);
    await residency.evictIdle('pressure');
    expect(residency.state().residents).toEqual([]);
  });

  it('counts what still leaves beside the same that comes again', async () => {
    const { residency, thing, ledger } = make(200);
    const leaving = await thing('a', 70).moveIn(residency);
    const coming = await thing('a', 60).moveIn(residency);
    expect(residency.state().heldBytes).toBe(130);
    leaving.residence?.release();
    expect(residency.state().heldBytes).toBe(60);
    coming.residence?.release();
    expect(ledger.usage()).toEqual([]);
  });

  it('goes on without a probe that can be read', async () => {
    const { residency, thing, clock, evictions } = make(100, { probe: { residentBytes: async () => undefined } });
    await thing('a', 100).moveIn(residency);
    clock.advance(10_000);
    await thing('b', 100).moveIn(residency);
    expect(evictions).toEqual([{ key: 'a', cause: 'room', for: 'b', bytes: 100 }]);
  });

  it('never holds more than the budget, whatever comes, is used and goes, and refuses nothing that fits', async () => {
    const ask = fc.record({ key: fc.integer({ min: 0, max: 9 }), bytes: fc.integer({ min: 1, max: 100 }), useMs: fc.integer({ min: 0, max: 3 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(ask, { maxLength: 30 }), async (asks) => {
        const { residency, machine, thing } = make(100, { clock: new SystemClock(), patienceMs: 5_000 });
        let most = 0;
        await Promise.all(asks.map(async ({ bytes, useMs }, index) => {
          const one = await thing(`thing ${index}`, bytes).moveIn(residency);
          const stop = machine.holds(one.key) ? one.use() : () => undefined;
          most = Math.max(most, machine.loadedBytes, residency.state().heldBytes);
          await new Promise((resolve) => setTimeout(resolve, useMs));
          stop();
        }));
        expect(most).toBeLessThanOrEqual(100);
      }),
      { numRuns: 30 },
    );
  });
});

function isIn(residency: Residency, key: string): boolean {
  return residency.state().residents.some((resident) => resident.key === key && resident.ready);
}
