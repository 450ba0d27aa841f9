import type { Timings } from '@cortex/kernel';

/** What is remembered of a request that was answered. */
export interface RecentRequest {
  readonly id: string;
  readonly traceId?: string;
  readonly tenant: string;
  /** Name of the key, never the key. */
  readonly key: string;
  readonly method: string;
  /** As registered, so that it shows no caller's text. */
  readonly route: string;
  readonly status: number;
  /** Of the error, where there was one. */
  readonly code?: string;
  readonly priority: string;
  /** Wall clock at the end, milliseconds since 1970. */
  readonly at: number;
  readonly ms: number;
  readonly timings: Timings;
}

/** The last requests, the oldest dropped first. They hold no text of the caller. */
export class RecentRequests {
  /** Oldest first; the latest of an id that was used twice. */
  readonly #requests = new Map<string, RecentRequest>();

  constructor(private readonly capacity: number) {}

  add(request: RecentRequest): void {
    this.#requests.delete(request.id);
    this.#requests.set(request.id, request);
    if (this.#requests.size <= this.capacity) return;
    const [oldest] = this.#requests.keys();
    if (oldest !== undefined) this.#requests.delete(oldest);
  }

  find(id: string): RecentRequest | undefined {
    return this.#requests.get(id);
  }
}
