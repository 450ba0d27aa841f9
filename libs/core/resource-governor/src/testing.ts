export { FakeResourceProbe } from './lib/fake-resource-probe';
export { resourceProbeContract, type ResourceProbeFixture } from './lib/resource-probe.contract';
