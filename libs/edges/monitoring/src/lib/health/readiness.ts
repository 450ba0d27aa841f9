export type ReadinessState = 'warming' | 'ready' | 'draining';

/** Whether new work should be sent here: after the default model has answered its warm-up, until the shutdown begins. */
export class Readiness {
  #state: ReadinessState = 'warming';
  #since: Date;
  #errorCode: string | undefined;

  constructor(private readonly now: () => Date = () => new Date()) {
    this.#since = now();
  }

  /** The warm-up was answered. A server that drains stays out of rotation. */
  ready(): void {
    if (this.#state === 'warming') this.#move('ready');
  }

  /** The warm-up failed; it may be tried again. */
  failed(errorCode: string): void {
    this.#errorCode = errorCode;
  }

  /** From now on for good. */
  drain(): void {
    if (this.#state !== 'draining') this.#move('draining');
  }

  get state(): ReadinessState {
    return this.#state;
  }

  get report(): { readonly state: ReadinessState; readonly since: string; readonly errorCode?: string } {
    const warmUpError = this.#state === 'warming' ? this.#errorCode : undefined;
    return { state: this.#state, since: this.#since.toISOString(), ...(warmUpError !== undefined && { errorCode: warmUpError }) };
  }

  #move(state: ReadinessState): void {
    this.#state = state;
    this.#since = this.now();
  }
}
