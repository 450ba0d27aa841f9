import { RANKS } from './tenant-queue';

/** Charges of the seats that are taken, by rank. A request sees only those of its own priority and above. */
export class Occupancy {
  readonly #takenMs = new Array<number>(RANKS).fill(0);
  readonly #seats = new Array<number>(RANKS).fill(0);

  get totalMs(): number {
    return this.seenBy(RANKS - 1);
  }

  seenBy(rank: number): number {
    let sum = 0;
    for (let one = 0; one <= rank; one += 1) sum += this.#takenMs[one]!;
    return sum;
  }

  /** Whether it stays within the limit, or would be alone. */
  fits(chargeMs: number, rank: number, limitMs: number): boolean {
    const seenMs = this.seenBy(rank);
    return seenMs === 0 || seenMs + chargeMs <= limitMs;
  }

  take(chargeMs: number, rank: number): void {
    this.#seats[rank]! += 1;
    this.#takenMs[rank]! += chargeMs;
  }

  /** Sums of fractions drift: an empty house is exactly 0. */
  give(chargeMs: number, rank: number): void {
    this.#seats[rank]! -= 1;
    this.#takenMs[rank] = this.#seats[rank] === 0 ? 0 : Math.max(0, this.#takenMs[rank]! - chargeMs);
  }
}
