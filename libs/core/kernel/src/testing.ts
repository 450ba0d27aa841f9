export { FakeClock } from './testing/fake-clock';
export { FaultProxy } from './testing/fault-proxy';
export { describeWith, testServices, type TestServices } from './testing/services';
