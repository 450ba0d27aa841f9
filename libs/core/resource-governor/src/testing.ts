/** What every ReservationLedger promises: call it inside a spec. */
export { reservationLedgerContract, type ReservationLedgerFixture } from './lib/reservation-ledger.contract';
/** What every ResourceProbe promises, and one that reads what a spec says. */
export { FakeResourceProbe } from './lib/fake-resource-probe';
export { resourceProbeContract, type ResourceProbeFixture } from './lib/resource-probe.contract';
