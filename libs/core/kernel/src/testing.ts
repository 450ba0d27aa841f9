export { FakeChangeSignal } from './testing/fake-change-signal';
export { FakeClock } from './testing/fake-clock';
export { FaultProxy } from './testing/fault-proxy';
export { describeWith, testServices, type TestServices } from './testing/services';
/** What every ChangeSignal promises: call it inside a spec. */
export { changeSignalContract, type ChangeSignalFixture } from './lib/change-signal.contract';
