import { FakeClock } from '@cortex/kernel/testing';
import type { ResourceReading } from '@cortex/resource-governor';
import { resourceProbeContract } from '@cortex/resource-governor/testing';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { bare, container1, container2, FORBIDDEN, GIB, MachineFolder, PID, processFiles, type Files } from '../testing/machine-folder';
import { HostResourceProbe } from './host-resource-probe';
import type { HostOptions } from './host.options';

const FRESH_MS = 1_000;

describe('HostResourceProbe', () => {
  let folder: MachineFolder;
  let clock: FakeClock;
  let probe: HostResourceProbe;

  const open = (options: HostOptions = {}): HostResourceProbe => {
    probe?.[Symbol.dispose]();
    probe = new HostResourceProbe({ root: folder.root, platform: 'linux', pid: PID, nvidiaSmi: join(folder.root, 'nvidia-smi'), ...options }, clock);
    return probe;
  };
  const readAnew = (): Promise<ResourceReading> => {
    clock.advance(FRESH_MS);
    return probe.read();
  };

  beforeEach(() => {
    folder = new MachineFolder(container2);
    clock = new FakeClock();
    open();
  });
  afterEach(() => {
    probe[Symbol.dispose]();
    folder[Symbol.dispose]();
  });

  describe.each([
    ['a machine', bare],
    ['a container of cgroup version 1', container1],
    ['a container of cgroup version 2', container2],
  ])('on %s', (_, machine) => {
    resourceProbeContract(() => {
      folder[Symbol.dispose]();
      folder = new MachineFolder({ ...machine, 'nvidia-smi': '#!/bin/sh\necho 0, 35, 1024, 81559\n' });
      return {
        probe: open(),
        blind: () => void folder.write(Object.fromEntries(Object.keys(machine).map((path) => [path, FORBIDDEN]))),
        restore: () => void folder.write(machine),
        wait: () => clock.advance(FRESH_MS),
      };
    });
  });

  describe('read', () => {
    it('gathers all that there is', async () => {
      folder.write({ 'nvidia-smi': '#!/bin/sh\necho 0, 35, 1024, 81559\n' });
      await probe.read();
      folder.write(processFiles(PID, { ticks: 175 }));
      expect(await readAnew()).toEqual({
        cores: 0.5,
        cpuUtilization: 0.5,
        residentBytes: 300_000 * 1_024,
        usedBytes: 2 * GIB,
        limitBytes: 4 * GIB,
        limitOf: 'container',
        cpuPressure: 0.4,
        memoryPressure: 0.07,
        gpus: [{ gpu: '0', utilization: 0.35, usedBytes: GIB, totalBytes: 81559 * 2 ** 20 }],
        unreadable: [],
      });
    });

    it('shares a reading until it is no longer fresh', async () => {
      const first = await probe.read();
      clock.advance(FRESH_MS - 1);
      expect(await probe.read()).toBe(first);
      clock.advance(1);
      expect(await probe.read()).not.toBe(first);
    });

    it('has no utilization before a second reading, and measures it across one that failed', async () => {
      expect((await probe.read()).cpuUtilization).toBeUndefined();
      folder.write({ [`proc/${PID}/stat`]: 'garbage\n' });
      expect((await readAnew()).cpuUtilization).toBeUndefined();
      folder.write(processFiles(PID, { ticks: 200 }));
      expect((await readAnew()).cpuUtilization).toBe(0.5);
    });

    it('does not count time back when a busy child is lost', async () => {
      await probe.read();
      folder.write(processFiles(PID, { ticks: 0 }));
      expect((await readAnew()).cpuUtilization).toBe(0);
    });

    it('names a graphics driver that fails, and goes on with the rest', async () => {
      folder.write({ 'nvidia-smi': '#!/bin/sh\nexit 9\n' });
      expect(await probe.read()).toMatchObject({ gpus: [], limitBytes: 4 * GIB, unreadable: ['nvidia-smi'] });
    });

    it('does not wait for ever for one that hangs', async () => {
      folder.write({ 'nvidia-smi': '#!/bin/sh\nexec sleep 60\n' });
      open({ nvidiaSmiTimeoutMs: 100 });
      expect(await probe.read()).toMatchObject({ gpus: [], limitBytes: 4 * GIB, unreadable: ['nvidia-smi'] });
    });

    it('never throws, and never shows what cannot be, whatever stands in a file', async () => {
      const paths = Object.keys(container2);
      const garbage = fc.oneof(fc.string(), fc.constantFrom(undefined, FORBIDDEN, '', '-1\n', '1e9\n', 'max\n', '0 0\n', '99999999999999999999\n'));
      await fc.assert(
        fc.asyncProperty(fc.array(fc.tuple(fc.constantFrom(...paths), garbage), { minLength: 1, maxLength: 4 }), async (spoiled) => {
          folder.write({ ...container2, ...(Object.fromEntries(spoiled) as Files) });
          requirePossible(await readAnew());
        }),
        { numRuns: 150 },
      );
      folder.write(container2);
      expect(await readAnew()).toMatchObject({ limitBytes: 4 * GIB, unreadable: [] });
    }, 30_000);
  });

  it('tells elsewhere what Node tells', async () => {
    open({ platform: 'darwin' });
    expect(await probe.read()).toMatchObject({ cores: availableParallelism(), limitBytes: totalmem(), gpus: [], unreadable: [] });
    expect(await probe.residentBytes()).toBeGreaterThan(1e6);
    expect((await readAnew()).cpuUtilization).toBeGreaterThanOrEqual(0);
  });

  it('reads the machine it runs on', async () => {
    open({ root: '/', platform: process.platform, pid: process.pid });
    const { limitBytes, usedBytes, residentBytes, unreadable } = await probe.read();
    expect(limitBytes).toBeLessThanOrEqual(totalmem());
    expect(usedBytes).toBeGreaterThan(0);
    expect(residentBytes).toBeGreaterThan(1e6);
    expect(unreadable).toEqual([]);
  });
});

function requirePossible({ cores, cpuUtilization, residentBytes, usedBytes, limitBytes, cpuPressure, memoryPressure }: ResourceReading): void {
  expect(cores > 0 && cores <= availableParallelism()).toBe(true);
  for (const share of [cpuUtilization, cpuPressure, memoryPressure]) expect(share === undefined || (share >= 0 && share <= 1)).toBe(true);
  for (const bytes of [residentBytes, usedBytes, limitBytes]) expect(bytes === undefined || (Number.isFinite(bytes) && bytes >= 0)).toBe(true);
  expect(limitBytes).not.toBe(0);
}
