/** Decides how much may be: admits work by its predicted cost, orders who waits, refuses at the door. */
export { Governor, type Forecast, type GovernorParts, type GovernorReport, type GovernorState } from './lib/governor';
/** What a request is predicted to take. */
export type { Demand } from './lib/demand';
/** What was decided and why, for those who ask. */
export type { Decision, NotedDecision } from './lib/decision-log';
/** Options with their defaults, for parsing an application's configuration. */
export { governorOptionsSchema, type GovernorConfiguration, type GovernorOptions } from './lib/governor.options';
/** The right to use part of the budget; released by `using`. */
export { Permit } from './lib/permit';
/** The refusals, with their figures. */
export {
  BudgetExhaustedError,
  DeadlineUnreachableError,
  LedgerFullError,
  LoadShedError,
  OutOfMemoryError,
  OverloadedError,
} from './lib/governor.errors';
/** How severe the strain is, and what is done about it. */
export { STAGES, reaches, type Stage } from './lib/stage';
/** The machine as the governor last saw it. */
export type { HostState, MemoryState } from './lib/host-watch';
/** The callers' budgets, added up. */
export type { LedgerTotals } from './lib/cashier';
/** A timer, so that specs need not wait. */
export type { Every } from './lib/every';
/** Port: what the machine has and uses now. */
export { ResourceProbe, type GpuReading, type ResourceReading } from './lib/resource-probe.port';
/** Port: budgets of CPU milliseconds, memory, tokens, requests and money, reserved before and settled after. */
export { ReservationLedger, type BudgetUse, type Claim, type Reservation } from './lib/reservation-ledger.port';
/** What a ledger throws when a budget has not as much left as is needed. */
export { exhausted } from './lib/purse';
/** The ledger of one process. */
export { MemoryReservationLedger, type MemoryLedgerOptions } from './lib/memory-reservation-ledger';
/** What stays in memory: predicted, room made before it comes, measured, learnt. */
export { Residency, type Eviction, type ResidencyParts } from './lib/residency';
export { type ResidencyPlan, type ResidencyState } from './lib/residency-state';
export { Residence, type Taken } from './lib/residence';
export { type Tenancy } from './lib/resident';
export { LoadsWaitError, NoRoomError, TooLargeForBudgetError } from './lib/residency.errors';
/** The Nest face. */
export { ResourceGovernorModule } from './lib/resource-governor.module';
