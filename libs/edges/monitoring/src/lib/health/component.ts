export type ComponentKind = 'component' | 'dependency' | 'listener';
export type ComponentState = 'starting' | 'up' | 'down';

/** How one part is. Times are ISO 8601, by the wall clock. */
export interface ComponentHealth {
  readonly kind: ComponentKind;
  readonly state: ComponentState;
  /** Since when it is in this state. */
  readonly since: string;
  /** Listeners only: `127.0.0.1:8700`. */
  readonly address?: string;
  /** The last failure, kept after the part is up again. */
  readonly lastError?: { readonly code: string; readonly at: string };
}

/** One part that reports how it is. It keeps codes, never messages: those may name hosts or paths. */
export class Component {
  #state: ComponentState = 'starting';
  #since: Date;
  #lastError: { readonly code: string; readonly at: Date } | undefined;

  constructor(readonly kind: ComponentKind, private readonly now: () => Date, private readonly address?: string) {
    this.#since = now();
  }

  starting(): void {
    this.#move('starting');
  }

  up(): void {
    this.#move('up');
  }

  /** `errorCode` as of `codeOf(error)`. */
  down(errorCode: string): void {
    this.#lastError = { code: errorCode, at: this.now() };
    this.#move('down');
  }

  get state(): ComponentState {
    return this.#state;
  }

  get health(): ComponentHealth {
    return {
      kind: this.kind,
      state: this.#state,
      since: this.#since.toISOString(),
      ...(this.address !== undefined && { address: this.address }),
      ...(this.#lastError && { lastError: { code: this.#lastError.code, at: this.#lastError.at.toISOString() } }),
    };
  }

  #move(state: ComponentState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#since = this.now();
  }
}
