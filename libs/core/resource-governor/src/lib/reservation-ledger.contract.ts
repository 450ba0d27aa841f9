import type { Budget } from '@cortex/kernel';
import { BudgetExhaustedError } from './governor.errors';
import type { Claim, Reservation, ReservationLedger } from './reservation-ledger.port';

export interface ReservationLedgerFixture {
  readonly ledger: ReservationLedger;
  /** Lets so much time pass for the ledger. */
  advance(ms: number): Promise<void> | void;
}

const WINDOW_MS = 60_000;
/** Windows begin at fixed times: one of so long hardly ends while a spec runs. */
const MONTHS_MS = 100_000 * WINDOW_MS;
/** Accounts differ from test to test: a shared ledger outlives them. */
let accounts = 0;

function aBudget(overrides: Partial<Budget> = {}): Budget {
  accounts += 1;
  return { account: `contract-${process.pid}-${Date.now()}-${accounts}`, resource: 'tokens', limit: 10, ...overrides };
}

const of = (budget: Budget, amount: number): Claim => ({ budget, amount });

/** What every ReservationLedger promises. Call it inside a spec; `make` gives one whose accounts are untouched. */
export function reservationLedgerContract(make: () => Promise<ReservationLedgerFixture> | ReservationLedgerFixture): void {
  let ledger: ReservationLedger;
  let advance: ReservationLedgerFixture['advance'];

  beforeEach(async () => {
    ({ ledger, advance } = await make());
  });

  const reserve = async (...claims: Claim[]): Promise<Reservation> => ledger.reserve(claims);
  const useOf = async ({ account }: Budget) => {
    const [use] = await ledger.usage(account);
    return use && { reserved: use.reserved, spent: use.spent };
  };

  it('never spends more than the budget, however many reserve at once', async () => {
    const budget = aBudget();
    const outcomes = await Promise.allSettled(Array.from({ length: 1_000 }, () => reserve(of(budget, 1))));
    const got = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
    expect(got).toHaveLength(10);
    expect(refused.every((reason) => reason instanceof BudgetExhaustedError)).toBe(true);
    await Promise.all(got.map(async (reservation) => ledger.settle(reservation, { tokens: 1 })));
    expect(await useOf(budget)).toEqual({ reserved: 0, spent: 10 });
  });

  it('takes from all budgets or from none', async () => {
    const [wide, narrow] = [aBudget({ limit: 100 }), aBudget({ limit: 5, resource: 'cpuMs' })];
    await expect(reserve(of(wide, 50), of(narrow, 6))).rejects.toMatchObject({ resource: 'cpuMs', limit: 5 });
    expect(await useOf(wide)).toBeUndefined();
    await reserve(of(wide, 100), of(narrow, 5));
  });

  it('says which budget lacks and when it refills, and not whose it is', async () => {
    const budget = aBudget({ windowMs: WINDOW_MS });
    await reserve(of(budget, 8));
    const refusal = (await reserve(of(budget, 3)).catch((error: unknown) => error)) as BudgetExhaustedError;
    expect(refusal).toMatchObject({ code: 'GOVERNOR.BUDGET_EXHAUSTED', kind: 'overloaded', resource: 'tokens', limit: 10, windowMs: WINDOW_MS, left: 2 });
    expect(refusal.retryAfterMs).toBeGreaterThan(0);
    expect(refusal.retryAfterMs).toBeLessThanOrEqual(2 * WINDOW_MS);
    expect(refusal.message).not.toContain(budget.account);
  });

  it('frees what turned out not to be needed', async () => {
    const budget = aBudget();
    await ledger.settle(await reserve(of(budget, 10)), { tokens: 4 });
    expect(await useOf(budget)).toEqual({ reserved: 0, spent: 4 });
    await reserve(of(budget, 6));
  });

  it('counts what was used beyond the reservation, also above the limit', async () => {
    const budget = aBudget();
    await ledger.settle(await reserve(of(budget, 1)), { tokens: 15 });
    expect(await useOf(budget)).toEqual({ reserved: 0, spent: 15 });
    await expect(reserve(of(budget, 1))).rejects.toThrow(BudgetExhaustedError);
  });

  it('counts an amount that is absent as nothing', async () => {
    const budget = aBudget();
    await ledger.settle(await reserve(of(budget, 5)), { cpuMs: 7 });
    await reserve(of(budget, 10));
  });

  it('frees all of what is released', async () => {
    const budget = aBudget();
    await ledger.release(await reserve(of(budget, 10)));
    expect(await useOf(budget)).toBeUndefined();
    await reserve(of(budget, 10));
  });

  it('ends a reservation once, whatever comes after', async () => {
    const budget = aBudget();
    const reservation = await reserve(of(budget, 4));
    await ledger.settle(reservation, { tokens: 4 });
    await ledger.settle(reservation, { tokens: 4 });
    await ledger.release(reservation);
    await ledger.amend(reservation, { tokens: 9 });
    expect(await useOf(budget)).toEqual({ reserved: 0, spent: 4 });
  });

  it('holds what a reservation is amended to', async () => {
    const budget = aBudget();
    const reservation = await reserve(of(budget, 2));
    await ledger.amend(reservation, { tokens: 9 });
    expect(await useOf(budget)).toEqual({ reserved: 9, spent: 0 });
    await expect(reserve(of(budget, 2))).rejects.toThrow(BudgetExhaustedError);
    await ledger.release(reservation);
    await reserve(of(budget, 10));
  });

  it('holds a budget that is named twice by the sum, and counts what is used once', async () => {
    const budget = aBudget();
    await expect(reserve(of(budget, 6), of(budget, 6))).rejects.toThrow(BudgetExhaustedError);
    await ledger.settle(await reserve(of(budget, 5), of(budget, 5)), { tokens: 3 });
    expect(await useOf(budget)).toEqual({ reserved: 0, spent: 3 });
  });

  it('refills when the window ends, but keeps what is held', async () => {
    const budget = aBudget({ windowMs: WINDOW_MS });
    const held = await reserve(of(budget, 3));
    await ledger.settle(await reserve(of(budget, 7)), { tokens: 7 });
    await advance(WINDOW_MS);
    expect(await useOf(budget)).toEqual({ reserved: 3, spent: 0 });
    await reserve(of(budget, 7));
    await ledger.settle(held, { tokens: 3 });
    expect(await useOf(budget)).toEqual({ reserved: 7, spent: 3 });
  });

  it('keeps the windows of one account apart', async () => {
    const short = aBudget({ windowMs: WINDOW_MS });
    const long = { ...short, limit: 15, windowMs: MONTHS_MS };
    await ledger.settle(await reserve(of(short, 10), of(long, 10)), { tokens: 10 });
    await advance(WINDOW_MS);
    await expect(reserve(of(short, 10), of(long, 10))).rejects.toMatchObject({ windowMs: MONTHS_MS });
  });

  it('goes by the latest limit', async () => {
    const budget = aBudget();
    await reserve(of(budget, 10));
    await reserve(of({ ...budget, limit: 12 }, 2));
    await expect(reserve(of({ ...budget, limit: 5 }, 1))).rejects.toMatchObject({ limit: 5 });
  });

  it('lists what all accounts hold and have spent', async () => {
    const [one, other] = [aBudget(), aBudget()];
    await reserve(of(one, 1), of(other, 2));
    expect((await ledger.usage()).map(({ budget }) => budget.account)).toEqual(expect.arrayContaining([one.account, other.account]));
  });
}
