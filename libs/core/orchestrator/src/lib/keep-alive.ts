/** How long an unused model stays. */
export interface KeepAlivePolicy {
  /** Never evicted while it is pinned. */
  readonly pinned?: boolean;
  /** Unloaded after so long without use, milliseconds; absent: when its room is needed. */
  readonly keepAliveMs?: number;
}

interface Address {
  readonly name: string;
  readonly version: string;
}

/** Which models are pinned, and how long the others stay unused. It is forgotten with the process. */
export class KeepAlive {
  /** By `name@version`. Bounded by what an operator loads by name. */
  readonly #policies = new Map<string, KeepAlivePolicy>();

  constructor(private readonly defaultMs: number) {}

  set({ name, version }: Address, policy: KeepAlivePolicy): void {
    this.#policies.set(`${name}@${version}`, policy);
  }

  forget(name: string, version?: string): void {
    for (const key of this.#policies.keys()) {
      if (version === undefined ? key.startsWith(`${name}@`) : key === `${name}@${version}`) this.#policies.delete(key);
    }
  }

  isPinned({ name, version }: Address): boolean {
    return this.#policies.get(`${name}@${version}`)?.pinned ?? false;
  }

  /** Infinity: as long as there is room. */
  idleMs({ name, version }: Address): number {
    return this.#policies.get(`${name}@${version}`)?.keepAliveMs ?? this.defaultMs;
  }

  /** Whether anything ever goes for want of use, so that nobody looks in vain. */
  get limits(): boolean {
    return this.defaultMs < Infinity || [...this.#policies.values()].some(({ keepAliveMs = Infinity }) => keepAliveMs < Infinity);
  }
}
