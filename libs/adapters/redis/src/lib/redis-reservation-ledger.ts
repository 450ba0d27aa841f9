import { SystemClock, type Amounts, type Clock, type Metric, type Telemetry } from '@cortex/kernel';
import { MemoryReservationLedger, ReservationLedger, type BudgetUse, type Claim, type Reservation } from '@cortex/resource-governor';
import { SharedLedger } from './ledger/shared-ledger';
import type { AccountScriptsParts } from './ledger/account-scripts';
import type { RedisConnection } from './redis-connection';
import { RedisUnavailableError } from './redis.errors';

const RESERVATIONS: Metric<'ledger'> = { name: 'cortex_ledger_reservations_total', help: 'Reservations by whose count they were held against', labels: ['ledger'] };

export interface RedisReservationLedgerParts extends AccountScriptsParts {
  readonly telemetry: Telemetry;
  readonly clock?: Clock | undefined;
}

/**
 * Budgets that all replicas share. While Redis is away each replica holds them against its own count, so that a budget may be
 * used once by each; what was reserved so is settled so. Of several accounts one may see what another then refuses as held for a moment.
 */
export class RedisReservationLedger extends ReservationLedger implements AsyncDisposable {
  readonly #connection: RedisConnection;
  readonly #shared: SharedLedger;
  readonly #own: MemoryReservationLedger;
  readonly #count: Record<'shared' | 'own', () => void>;

  constructor({ telemetry, clock = new SystemClock(), ...parts }: RedisReservationLedgerParts) {
    super();
    this.#connection = parts.connection;
    this.#shared = new SharedLedger({ ...parts, clock });
    this.#own = new MemoryReservationLedger({ clock });
    this.#count = { shared: telemetry.counter(RESERVATIONS, { ledger: 'shared' }), own: telemetry.counter(RESERVATIONS, { ledger: 'own' }) };
  }

  /** @throws BudgetExhaustedError, LedgerFullError */
  override reserve(claims: readonly Claim[]): Reservation | Promise<Reservation> {
    for (const { amount } of claims) check(amount);
    return this.#connection.isUp ? this.#reserveShared(claims) : this.#reserveOwn(claims);
  }

  /** @throws RedisUnavailableError */
  override amend(reservation: Reservation, amounts: Amounts): void | Promise<void> {
    Object.values(amounts).forEach(check);
    return this.#holderOf(reservation).amend(reservation, amounts);
  }

  override settle(reservation: Reservation, used: Amounts): void | Promise<void> {
    Object.values(used).forEach(check);
    return this.#holderOf(reservation).settle(reservation, used);
  }

  override release(reservation: Reservation): void | Promise<void> {
    return this.settle(reservation, {});
  }

  /** Of all: the accounts that this replica has asked for lately. */
  override async usage(account?: string): Promise<readonly BudgetUse[]> {
    return (await this.#unlessAway(() => this.#shared.usage(account))) ?? this.#own.usage(account);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#shared[Symbol.asyncDispose]();
  }

  async #reserveShared(claims: readonly Claim[]): Promise<Reservation> {
    const reservation = await this.#unlessAway(() => this.#shared.reserve(claims));
    if (!reservation) return this.#reserveOwn(claims);
    this.#count.shared();
    return reservation;
  }

  #reserveOwn(claims: readonly Claim[]): Reservation {
    const reservation = this.#own.reserve(claims);
    this.#count.own();
    return reservation;
  }

  #holderOf(reservation: Reservation): SharedLedger | MemoryReservationLedger {
    return this.#shared.has(reservation) ? this.#shared : this.#own;
  }

  async #unlessAway<T>(ask: () => Promise<T>): Promise<T | undefined> {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof RedisUnavailableError)) throw error;
      return undefined;
    }
  }
}

function check(amount: number): void {
  if (!(amount >= 0 && amount < Infinity)) throw new Error(`${amount} is no amount. This is a bug.`);
}
