import { EventEmitter, once } from 'node:events';

/** Tells the workers of this process that a job came: where the database cannot. */
export class Bell {
  readonly #rings = new EventEmitter().setMaxListeners(0);
  /** By lane. */
  readonly #counts = new Map<string, number>();

  /** How often it was rung so far. */
  count(lane: string): number {
    return this.#counts.get(lane) ?? 0;
  }

  ring(lane: string): void {
    this.#counts.set(lane, this.count(lane) + 1);
    this.#rings.emit(lane);
  }

  /** Ends when it has been rung more often than that, or after that time. */
  async wait(lane: string, since: number, timeoutMs: number): Promise<void> {
    if (this.count(lane) > since) return;
    await once(this.#rings, lane, { signal: AbortSignal.timeout(timeoutMs) }).catch(() => undefined); // it was time
  }
}
