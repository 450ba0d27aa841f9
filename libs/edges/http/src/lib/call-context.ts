import type { Budget, CachePolicy, Clock, Priority, RequestContext } from '@cortex/kernel';
import { Timings } from '@cortex/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Arrival } from './arrival';
import { CallerSignal } from './caller-signal';
import { cachePolicyOf, deadlineOf, priorityOf, traceOf } from './request-headers';

/** The context of one HTTP request, read from its headers and its key. */
export class CallContext implements RequestContext {
  readonly id: string;
  readonly traceId: string | undefined;
  readonly tenant: string;
  readonly priority: Priority;
  readonly budgets: readonly Budget[] | undefined;
  readonly deadlineMs: number;
  readonly cache: CachePolicy;
  readonly timings = new Timings();
  declare readonly signal: AbortSignal;
  readonly #caller: CallerSignal;

  /**
   * An own accessor, so that a spread keeps the signal; one for all, because an accessor written into each object would
   * give each a hidden class of its own, which costs more than all the rest of this file.
   */
  static readonly #SIGNAL: PropertyDescriptor & ThisType<CallContext> = {
    enumerable: true,
    get() {
      return this.#caller.signal;
    },
  };

  /** @throws InvalidRequestError naming the header that cannot be read */
  constructor({ id, headers }: FastifyRequest, { principal, atMs }: Arrival, { raw, clock }: { readonly raw: FastifyReply['raw']; readonly clock: Clock }) {
    const afterMs = deadlineOf(headers);
    this.id = id;
    this.traceId = traceOf(headers);
    this.tenant = principal.tenant;
    this.priority = priorityOf(headers, principal.maxPriority);
    this.budgets = principal.budgets;
    this.deadlineMs = afterMs === undefined ? Infinity : atMs + afterMs;
    this.cache = cachePolicyOf(headers);
    this.#caller = new CallerSignal(raw, clock, afterMs === undefined ? undefined : { afterMs, atMs: this.deadlineMs });
    Object.defineProperty(this, 'signal', CallContext.#SIGNAL);
  }

  hasLeft(): boolean {
    return this.#caller.hasAborted;
  }

  /** Stops watching the caller: the answer is on its way. */
  release(): void {
    this.#caller.release();
  }
}
