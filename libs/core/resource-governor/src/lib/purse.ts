import type { Budget, Resource } from '@cortex/kernel';
import { BudgetExhaustedError } from './governor.errors';
import type { BudgetUse } from './reservation-ledger.port';

/** A refill may come at most this part of its window early when the wall clock was set. */
const TOLERANCE = 0.1;
/** When to come back for what never refills: somebody may give back what he holds. */
const NO_WINDOW_RETRY_MS = 60_000;

/**
 * One budget with what is held and spent of it. Its windows are aligned to the wall clock when they open and measured on
 * the monotonic one, so that setting the wall clock moves the next window, by at most one length, and never this one.
 */
export class Purse {
  readonly resource: Resource;
  readonly windowMs: number | undefined;
  readonly #account: string;
  #limit = 0;
  /** How many hold something; `#reserved` is exactly 0 without. */
  #holders = 0;
  #reserved = 0;
  #spent = 0;
  /** On the monotonic clock. */
  #endsAt = -Infinity;

  constructor({ account, resource, windowMs }: Budget, private readonly wallNow: () => number) {
    this.#account = account;
    this.resource = resource;
    this.windowMs = windowMs;
  }

  get isIdle(): boolean {
    return this.#holders === 0 && this.#spent === 0;
  }

  set limit(limit: number) {
    this.#limit = limit;
  }

  /** To be called before each use: opens the next window when this one has ended. */
  refresh(now: number): void {
    if (this.windowMs === undefined || now < this.#endsAt) return;
    const endsInMs = this.windowMs - modulo(this.wallNow(), this.windowMs);
    const early = now + endsInMs - this.#endsAt < this.windowMs * (1 - TOLERANCE);
    this.#endsAt = now + endsInMs + (early ? this.windowMs : 0);
    this.#spent = 0;
  }

  /** @throws BudgetExhaustedError */
  requireLeft(amount: number, now: number): void {
    const left = this.#limit - this.#reserved - this.#spent;
    if (amount > left) throw exhausted(this.use(now), amount);
  }

  hold(amount: number): void {
    this.#holders += 1;
    this.#reserved += amount;
  }

  /** What is held changes by so much, also above the limit. */
  change(amount: number): void {
    this.#reserved += amount;
  }

  free(amount: number): void {
    this.#holders -= 1;
    this.#reserved = this.#holders === 0 ? 0 : Math.max(0, this.#reserved - amount);
  }

  spend(amount: number): void {
    this.#spent += amount;
  }

  use(now: number): BudgetUse {
    const refillsInMs = this.#refillsInMs(now);
    return { budget: this.#budget(), reserved: this.#reserved, spent: this.#spent, ...(refillsInMs !== undefined && { refillsInMs }) };
  }

  #budget(): Budget {
    const { resource, windowMs } = this;
    return { account: this.#account, resource, limit: this.#limit, ...(windowMs !== undefined && { windowMs }) };
  }

  #refillsInMs(now: number): number | undefined {
    return this.windowMs === undefined ? undefined : Math.max(0, this.#endsAt - now);
  }
}

/** What to say when `needed` is more than a budget has left. */
export function exhausted({ budget, reserved, spent, refillsInMs = NO_WINDOW_RETRY_MS }: BudgetUse, needed: number): BudgetExhaustedError {
  return new BudgetExhaustedError(budget, needed, budget.limit - reserved - spent, Math.max(1, Math.ceil(refillsInMs)));
}

function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}
