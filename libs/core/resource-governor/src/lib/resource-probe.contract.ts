import type { ResourceProbe, ResourceReading } from './resource-probe.port';

export interface ResourceProbeFixture {
  readonly probe: ResourceProbe;
  /** Takes away what the probe reads, or spoils it. */
  readonly blind: () => Promise<void> | void;
  /** Gives it back. */
  readonly restore: () => Promise<void> | void;
  /** Until the next reading is a new one, where readings are shared for a while. */
  readonly wait: () => Promise<void> | void;
}

const SHARES = ['cpuUtilization', 'cpuPressure', 'memoryPressure'] as const;
const BYTES = ['residentBytes', 'usedBytes', 'limitBytes'] as const;

/** What every ResourceProbe promises. Call it inside a spec; `make` runs before each case. */
export function resourceProbeContract(make: () => Promise<ResourceProbeFixture> | ResourceProbeFixture): void {
  let fixture: ResourceProbeFixture;
  const readAnew = async (): Promise<ResourceReading> => {
    await fixture.wait();
    return fixture.probe.read();
  };

  beforeEach(async () => {
    fixture = await make();
  });

  it('gives shares from 0 to 1, whole bytes, and at least part of a core', async () => {
    await fixture.probe.read();
    const reading = await readAnew();
    expect(reading.cores).toBeGreaterThan(0);
    for (const share of SHARES.flatMap((field) => reading[field] ?? [])) expect(share >= 0 && share <= 1).toBe(true);
    for (const bytes of BYTES.flatMap((field) => reading[field] ?? [])) expect(Number.isSafeInteger(bytes) && bytes >= 0).toBe(true);
  });

  it('knows what it may use and what it uses', async () => {
    const { limitBytes, residentBytes } = await fixture.probe.read();
    expect(limitBytes).toBeGreaterThan(0);
    expect(residentBytes).toBeGreaterThan(0);
    expect(await fixture.probe.residentBytes()).toBeGreaterThan(0);
  });

  it('names each card once, with no more memory used than it has', async () => {
    const { gpus } = await fixture.probe.read();
    expect(new Set(gpus.map(({ gpu }) => gpu)).size).toBe(gpus.length);
    for (const { usedBytes, totalBytes } of gpus) expect(usedBytes).toBeLessThanOrEqual(totalBytes);
  });

  it('gives all who ask at once the same reading', async () => {
    const [first, second] = await Promise.all([fixture.probe.read(), fixture.probe.read()]);
    expect(second).toBe(first);
  });

  it('says what it cannot read, leaves those fields out, and goes on', async () => {
    await fixture.blind();
    const blind = await readAnew();
    expect(blind.unreadable.length).toBeGreaterThan(0);
    expect(new Set(blind.unreadable).size).toBe(blind.unreadable.length);
    expect(blind).toMatchObject({ cores: expect.any(Number), gpus: expect.any(Array) });
    for (const field of BYTES) expect(blind[field]).toBeUndefined();
    expect(await fixture.probe.residentBytes()).toBeUndefined();
  });

  it('recovers as soon as it can read again', async () => {
    await fixture.blind();
    await readAnew();
    await fixture.restore();
    const reading = await readAnew();
    expect(reading.unreadable).toEqual([]);
    expect(reading.limitBytes).toBeGreaterThan(0);
  });
}
