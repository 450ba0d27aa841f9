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
  /** A ring: a map by id would cost each request more than all the rest of its trace. */
  readonly #requests: RecentRequest[] = [];
  #next = 0;

  constructor(private readonly capacity: number) {}

  add(request: RecentRequest): void {
    this.#requests[this.#next] = request;
    this.#next = (this.#next + 1) % this.capacity;
  }

  /** The latest with this id of those that the asker may look at: ids are the callers', and two may choose the same. */
  find(id: string, mayLook: (request: RecentRequest) => boolean): RecentRequest | undefined {
    const inOrder = [...this.#requests.slice(this.#next), ...this.#requests.slice(0, this.#next)];
    return inOrder.findLast((request) => request.id === id && mayLook(request));
  }
}
