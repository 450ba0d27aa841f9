import type { Budget, Clock } from '@cortex/kernel';
import { LearntMemory } from './learnt-memory';
import type { MemoryReservationLedger } from './memory-reservation-ledger';
import { Residence } from './residence';
import { LoadsWaitError, NoRoomError, TooLargeForBudgetError } from './residency.errors';
import type { ResidencyPlan, ResidencyState } from './residency-state';
import { victimsAmong, worth, type Resident, type Tenancy } from './resident';
import type { ResourceProbe } from './resource-probe.port';
import { Turnstile } from './turnstile';

/** Something left: what it held, and by how much resident memory fell; absent where that cannot be read. */
export interface Eviction {
  readonly key: string;
  readonly cause: 'room' | 'idle' | 'pressure';
  /** For whom it left; absent unless the cause is `room`. */
  readonly for?: string;
  readonly bytes: number;
  readonly fellBytes?: number;
}

export interface ResidencyParts {
  readonly limitBytes: number;
  /** How long a newcomer waits for what is in use, milliseconds. */
  readonly patienceMs: number;
  /** Of this process, where what is resident lies too. */
  readonly ledger: MemoryReservationLedger;
  readonly clock: Clock;
  /** Without one the predictions are taken for the truth. */
  readonly probe?: Pick<ResourceProbe, 'residentBytes'>;
  readonly onEviction?: (eviction: Eviction) => void;
}

/** How long a newcomer waits for those before it to be loaded. */
const MOST_TURN_MS = 300_000;
/** After so long of waiting the least worthy of those in use is asked to finish and leave, so that a newcomer always gets its turn. */
const IMPATIENT_AFTER_MS = 250;

/**
 * What stays in memory. A newcomer's need is predicted, room is made before it is loaded, and what it really took is
 * learnt. What is in use is never taken away: it finishes first.
 */
export class Residency {
  /** One that leaves and the same that comes again share a key: both hold memory. */
  readonly #residents = new Set<Resident>();
  readonly #learnt = new LearntMemory();
  readonly #turnstile = new Turnstile();
  readonly #budget: Budget;
  /** Newcomers whose turn has not come. */
  #waiting = 0;
  /** Those that wait for their turn or are at it. */
  readonly #sweeps = new Map<Eviction['cause'], Promise<void>>();
  /** The score of the last one that left: newcomers start from it. */
  #floor = 0;
  /** Freed, but kept by the allocator: the next load finds it there. */
  #unreturnedBytes = 0;

  constructor(private readonly parts: ResidencyParts) {
    this.#budget = { account: 'models', resource: 'memoryBytes', limit: parts.limitBytes };
  }

  /** Makes room, then holds it. The next newcomer waits until this one is loaded, so that what each takes can be measured. @throws TooLargeForBudgetError, NoRoomError, LoadsWaitError */
  async admit(tenancy: Tenancy): Promise<Residence> {
    const leave = await this.#turnOf(tenancy);
    try {
      const { bytes, reloadMs } = this.#predict(tenancy);
      await this.#makeRoom(tenancy.key, bytes);
      const reservation = this.parts.ledger.reserve([{ budget: this.#budget, amount: bytes }]);
      const resident: Resident = { tenancy, reservation, bytes, predictedBytes: bytes, reloadMs, readySinceMs: Infinity, lastUsedMs: this.parts.clock.now(), uses: 1, score: 0 };
      this.#residents.add(resident);
      return this.#residenceOf(resident, { beforeBytes: await this.#residentBytes(), leave });
    } catch (error) {
      leave();
      throw error;
    }
  }

  /**
   * Holds room for the time of a measurement, which ends with the scope: at most what is not pinned, because a measurement
   * passes. What the allocator keeps of it is noticed. @throws NoRoomError
   */
  async borrow(key: string, bytes: number): Promise<AsyncDisposable> {
    const stays = { isPinned: () => true, isIdle: () => false, keepAliveMs: () => Infinity, evict: async () => undefined };
    const mostBytes = Math.max(1, this.parts.limitBytes - this.#pinnedBytes);
    const residence = await this.admit({ key, identity: key, bytes: Math.min(bytes, mostBytes), reloadMs: 0, ...stays });
    const beforeBytes = await this.#residentBytes();
    const giveBack = async () => {
      const afterBytes = await this.#residentBytes();
      if (beforeBytes !== undefined && afterBytes !== undefined) this.#unreturnedBytes = Math.max(0, this.#unreturnedBytes + afterBytes - beforeBytes);
      residence.release();
    };
    return { [Symbol.asyncDispose]: giveBack };
  }

  /** What would happen if it came now; changes nothing. */
  plan({ key, identity, bytes }: Pick<Tenancy, 'key' | 'identity' | 'bytes'>): ResidencyPlan {
    const needed = this.#learnt.predict(identity)?.bytes ?? bytes;
    if ([...this.#residents].some(({ tenancy }) => tenancy.key === key)) return { outcome: 'resident', bytes: needed, evicts: [] };
    if (needed > this.parts.limitBytes) return { outcome: 'too-large', bytes: needed, evicts: [] };
    let lackingBytes = this.#heldBytes + needed - this.parts.limitBytes;
    const evicts: string[] = [];
    for (const victim of victimsAmong(this.#residents, this.parts.clock.now())) {
      if (lackingBytes <= 0) break;
      lackingBytes -= victim.bytes;
      evicts.push(victim.tenancy.key);
    }
    return { outcome: lackingBytes > 0 ? 'waits' : 'fits', bytes: needed, evicts };
  }

  /** Lets go what nobody uses and nobody pinned: for `idle` what was unused longer than it may be, for `pressure` all of it. One that is pending is joined. */
  evictIdle(cause: 'idle' | 'pressure'): Promise<void> {
    const sweep = this.#sweeps.get(cause) ?? this.#sweep(cause).finally(() => this.#sweeps.delete(cause));
    this.#sweeps.set(cause, sweep);
    return sweep;
  }

  state(): ResidencyState {
    const residents = [...this.#residents].map(({ tenancy, bytes, predictedBytes, reloadMs, uses, readySinceMs }) => ({
      key: tenancy.key, bytes, predictedBytes, reloadMs, uses, ready: readySinceMs < Infinity, pinned: tenancy.isPinned(), idle: tenancy.isIdle(),
    }));
    return { limitBytes: this.parts.limitBytes, heldBytes: this.#heldBytes, unreturnedBytes: this.#unreturnedBytes, waiting: this.#waiting, residents };
  }

  async #sweep(cause: 'idle' | 'pressure'): Promise<void> {
    await this.#turnstile.pass(async () => {
      const now = this.parts.clock.now();
      const isDue = ({ tenancy, lastUsedMs }: Resident) => cause === 'pressure' || now - lastUsedMs >= tenancy.keepAliveMs();
      for (const victim of victimsAmong(this.#residents, now).filter(isDue)) {
        if (victim.tenancy.isIdle()) await this.#evict(victim, { cause });
      }
    });
  }

  /** @throws LoadsWaitError */
  async #turnOf({ key }: Tenancy): Promise<() => void> {
    this.#waiting += 1;
    try {
      const leave = await this.#turnstile.enter(MOST_TURN_MS);
      if (!leave) throw new LoadsWaitError(key, MOST_TURN_MS);
      return leave;
    } finally {
      this.#waiting -= 1;
    }
  }

  get #heldBytes(): number {
    let sum = 0;
    for (const { bytes } of this.#residents) sum += bytes;
    return sum;
  }

  /** Of what is loaded; measurements, which nobody may end either, pass. */
  get #pinnedBytes(): number {
    let sum = 0;
    for (const { bytes, tenancy, readySinceMs } of this.#residents) if (readySinceMs < Infinity && tenancy.isPinned()) sum += bytes;
    return sum;
  }

  #predict({ identity, bytes, reloadMs }: Tenancy): { readonly bytes: number; readonly reloadMs: number } {
    return this.#learnt.predict(identity) ?? { bytes, reloadMs };
  }

  async #makeRoom(key: string, bytes: number): Promise<void> {
    const { limitBytes, patienceMs, clock } = this.parts;
    if (bytes > limitBytes) throw new TooLargeForBudgetError(key, bytes, limitBytes);
    const sinceMs = clock.now();
    while (this.#heldBytes + bytes > limitBytes) {
      const waitedMs = clock.now() - sinceMs;
      const victim = victimsAmong(this.#residents, clock.now())[0] ?? (waitedMs >= IMPATIENT_AFTER_MS ? this.#leastWorthyInUse() : undefined);
      if (victim) await this.#evict(victim, { cause: 'room', for: key });
      else if (waitedMs >= patienceMs || !this.#someoneMayGo()) throw new NoRoomError(key, bytes, { heldBytes: this.#heldBytes, limitBytes });
      else await this.#turnstile.change(Math.min(IMPATIENT_AFTER_MS, patienceMs));
    }
  }

  #leastWorthyInUse(): Resident | undefined {
    const ready = [...this.#residents].filter(({ tenancy, readySinceMs }) => readySinceMs < Infinity && !tenancy.isPinned());
    return ready.sort((a, b) => a.score - b.score)[0];
  }

  #someoneMayGo(): boolean {
    return [...this.#residents].some(({ tenancy, readySinceMs }) => readySinceMs === Infinity || !tenancy.isPinned());
  }

  async #evict(victim: Resident, why: Pick<Eviction, 'cause' | 'for'>): Promise<void> {
    victim.readySinceMs = Infinity; // nobody chooses it twice
    const beforeBytes = await this.#residentBytes();
    try {
      await victim.tenancy.evict();
    } finally {
      this.#floor = Math.max(this.#floor, victim.score);
      this.#remove(victim);
    }
    const afterBytes = await this.#residentBytes();
    const fellBytes = beforeBytes !== undefined && afterBytes !== undefined ? beforeBytes - afterBytes : undefined;
    if (fellBytes !== undefined) this.#noteFall(victim, fellBytes);
    this.parts.onEviction?.({ key: victim.tenancy.key, ...why, bytes: victim.bytes, ...(fellBytes !== undefined && { fellBytes }) });
  }

  /** What came back beyond the measurement at loading was the workspace of its runs: the next prediction counts it. */
  #noteFall({ tenancy, bytes, reloadMs }: Resident, fellBytes: number): void {
    this.#unreturnedBytes = Math.max(0, this.#unreturnedBytes + bytes - fellBytes);
    if (fellBytes > bytes) this.#learnt.learn(tenancy.identity, { bytes: fellBytes, reloadMs });
  }

  #remove(resident: Resident): void {
    this.#residents.delete(resident);
    this.parts.ledger.release(resident.reservation);
    this.#turnstile.changed();
  }

  #residenceOf(resident: Resident, { beforeBytes, leave }: { readonly beforeBytes: number | undefined; readonly leave: () => void }): Residence {
    return new Residence({
      settle: async ({ bytes, loadMs }) => {
        try {
          return await this.#settle(resident, { bytes: bytes ?? (await this.#growth(resident, beforeBytes)), loadMs });
        } finally {
          leave();
        }
      },
      use: () => {
        resident.uses += 1;
        resident.lastUsedMs = this.parts.clock.now();
        resident.score = worth(resident, this.#floor);
      },
      idle: () => {
        resident.lastUsedMs = this.parts.clock.now();
        this.#turnstile.changed();
      },
      release: () => {
        this.#remove(resident);
        leave();
      },
    });
  }

  async #settle(resident: Resident, { bytes, loadMs }: { readonly bytes: number; readonly loadMs: number }): Promise<number> {
    this.#learnt.learn(resident.tenancy.identity, { bytes, reloadMs: loadMs });
    Object.assign(resident, { bytes, reloadMs: loadMs, readySinceMs: this.parts.clock.now() });
    resident.score = worth(resident, this.#floor);
    this.parts.ledger.amend(resident.reservation, { memoryBytes: bytes });
    if (this.#heldBytes > this.parts.limitBytes) await this.#trim(resident);
    return bytes;
  }

  /** The prediction was too small: others pay for it, as far as they are idle. Its own eviction would wait for its load, which waits here. */
  async #trim(newcomer: Resident): Promise<void> {
    const others = [...this.#residents].filter((resident) => resident !== newcomer);
    for (const victim of victimsAmong(others, this.parts.clock.now())) {
      if (this.#heldBytes <= this.parts.limitBytes) return;
      await this.#evict(victim, { cause: 'room' });
    }
  }

  /** What loading added to resident memory; memory that the allocator had kept counts too. */
  async #growth(resident: Resident, beforeBytes: number | undefined): Promise<number> {
    const nowBytes = await this.#residentBytes();
    if (nowBytes === undefined || beforeBytes === undefined) return resident.bytes;
    const grownBytes = Math.max(0, nowBytes - beforeBytes);
    const reusedBytes = Math.min(this.#unreturnedBytes, Math.max(0, resident.bytes - grownBytes));
    this.#unreturnedBytes -= reusedBytes;
    return Math.max(grownBytes + reusedBytes, resident.bytes * LEAST_OF_PREDICTION);
  }

  async #residentBytes(): Promise<number | undefined> {
    return this.parts.probe?.residentBytes();
  }
}

/** Resident memory moves for other reasons too: a measurement far below the prediction is not believed. */
const LEAST_OF_PREDICTION = 0.5;
