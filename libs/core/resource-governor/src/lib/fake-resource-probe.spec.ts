import { FakeResourceProbe } from './fake-resource-probe';
import { resourceProbeContract } from './resource-probe.contract';

describe('FakeResourceProbe', () => {
  resourceProbeContract(() => {
    const bytes = { residentBytes: 1e9, usedBytes: 2e9, limitBytes: 4e9 };
    const probe = new FakeResourceProbe({ ...bytes, cpuUtilization: 0.5, gpus: [{ gpu: '0', usedBytes: 1, totalBytes: 2 }] });
    return {
      probe,
      blind: () => probe.set({ residentBytes: undefined, usedBytes: undefined, limitBytes: undefined, unreadable: ['memory'] }),
      restore: () => probe.set({ ...bytes, unreadable: [] }),
      wait: () => undefined,
    };
  });
});
