import type { Reservation } from './reservation-ledger.port';

/** What wants to stay in memory, as its owner describes it. The governor does not know what it is. */
export interface Tenancy {
  /** Worth reading: it is shown in decisions. Two share it only while one leaves and the same comes again. */
  readonly key: string;
  /** Names what is the same after a reload, so that what was learnt of it is found again: a digest. */
  readonly identity: string;
  /** Predicted before anything was learnt of it, in bytes. */
  readonly bytes: number;
  /** Predicted time to bring it back, milliseconds. */
  readonly reloadMs: number;
  isPinned(): boolean;
  /** How long it stays unused before `evictIdle('idle')` takes it, milliseconds; Infinity: as long as there is room. */
  keepAliveMs(): number;
  /** Nobody uses it or waits for it to be used. */
  isIdle(): boolean;
  /** Stops giving it out, lets its work finish, frees it. */
  evict(): Promise<void>;
}

/** Something resident, with what decides whether it stays. */
export interface Resident {
  readonly tenancy: Tenancy;
  readonly reservation: Reservation;
  readonly predictedBytes: number;
  /** Reserved: predicted, later measured. */
  bytes: number;
  reloadMs: number;
  /** On the clock; Infinity while it is being loaded. */
  readySinceMs: number;
  lastUsedMs: number;
  uses: number;
  /** Greater is worth more: see `worth`. */
  score: number;
}

/**
 * What keeping it is worth: how often it was used and how dear it is to bring back, by what it takes; `floor` rises with
 * each eviction, so that what was popular long ago goes. Source: Cherkasova, Improving WWW Proxies Performance with
 * Greedy-Dual-Size-Frequency Caching Policy (1998).
 */
export function worth({ uses, reloadMs, bytes }: Resident, floor: number): number {
  return floor + (uses * reloadMs) / Math.max(1, bytes);
}

/** A resident that was brought in less than this ago goes only when nothing else can, so that two models do not push each other out in turn. */
const SETTLING_MS = 2_000;

/** Those that may go, the one to go first at the front. */
export function victimsAmong(residents: Iterable<Resident>, nowMs: number): Resident[] {
  const idle = [...residents].filter(({ tenancy, readySinceMs }) => readySinceMs <= nowMs && tenancy.isIdle() && !tenancy.isPinned());
  const isSettling = (resident: Resident) => (nowMs - resident.readySinceMs < SETTLING_MS ? 1 : 0);
  return idle.sort((a, b) => isSettling(a) - isSettling(b) || a.score - b.score);
}
