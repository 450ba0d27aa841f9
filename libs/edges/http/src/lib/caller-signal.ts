import type { ServerResponse } from 'node:http';
import { CallerGoneError, DeadlineExceededError, type Clock } from '@cortex/kernel';

/** A deadline as it was asked for and where it falls on the clock. */
export interface CallerDeadline {
  readonly afterMs: number;
  readonly atMs: number;
}

/** Node's timers overflow above it and would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Aborts when the caller leaves or its deadline passes. The signal is made when somebody first asks for it:
 * an answer from a cache never does, and a signal costs more than all headers together.
 */
export class CallerSignal {
  #controller: AbortController | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #onClose = () => {
    if (!this.response.writableEnded) this.#controller?.abort(new CallerGoneError());
  };

  constructor(private readonly response: ServerResponse, private readonly clock: Clock, private readonly deadline?: CallerDeadline) {}

  get signal(): AbortSignal {
    return (this.#controller ??= this.#watch()).signal;
  }

  /** Whether the signal has aborted, or would be as soon as somebody asks for it. */
  get hasAborted(): boolean {
    if (this.#controller) return this.#controller.signal.aborted;
    return this.response.destroyed || (this.deadline !== undefined && this.deadline.atMs <= this.clock.now());
  }

  /** Stops watching; called when the answer is on its way. */
  release(): void {
    if (!this.#controller) return;
    clearTimeout(this.#timer);
    this.response.removeListener('close', this.#onClose);
  }

  #watch(): AbortController {
    const controller = new AbortController();
    if (this.response.destroyed) controller.abort(new CallerGoneError());
    this.response.once('close', this.#onClose);
    if (this.deadline) this.#expireAt(this.deadline, controller);
    return controller;
  }

  #expireAt({ afterMs, atMs }: CallerDeadline, controller: AbortController): void {
    const leftMs = atMs - this.clock.now();
    const expire = () => controller.abort(new DeadlineExceededError(afterMs));
    if (leftMs <= 0) expire();
    else if (leftMs <= LONGEST_TIMER_MS) this.#timer = setTimeout(expire, leftMs);
  }
}
