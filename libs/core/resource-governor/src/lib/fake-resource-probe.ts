import { ResourceProbe, type ResourceReading } from './resource-probe.port';

/** A machine of which a spec says what it has and uses: 4 cores and nothing else at first. */
export class FakeResourceProbe extends ResourceProbe {
  #reading: ResourceReading = { cores: 4, gpus: [], unreadable: [] };
  /** How often it was asked for a reading. */
  reads = 0;

  constructor(reading: Partial<ResourceReading> = {}) {
    super();
    this.set(reading);
  }

  /** The fields that are named change; one that is named as undefined is absent from then on. */
  set(reading: Partial<ResourceReading>): void {
    this.#reading = { ...this.#reading, ...reading };
  }

  read(): Promise<ResourceReading> {
    this.reads += 1;
    return Promise.resolve(this.#reading);
  }

  residentBytes(): Promise<number | undefined> {
    return Promise.resolve(this.#reading.residentBytes);
  }
}
