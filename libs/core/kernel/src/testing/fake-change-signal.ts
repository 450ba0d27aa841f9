import { ChangeSignal } from '../lib/change-signal.port';

type Listeners = Map<string, Set<() => void>>;

/** One of several replicas in one process; `replica` makes another that hears it. Each is heard at once. */
export class FakeChangeSignal extends ChangeSignal {
  readonly #listeners: Listeners = new Map();

  constructor(private readonly replicas: Set<FakeChangeSignal> = new Set()) {
    super();
    replicas.add(this);
  }

  /** Another replica beside this one. */
  replica(): FakeChangeSignal {
    return new FakeChangeSignal(this.replicas);
  }

  announce(topic: string): void {
    for (const replica of this.replicas) if (replica !== this) replica.hear(topic);
  }

  listen(topic: string, heard: () => void): Disposable {
    // Two who listen with one function are two.
    const listener = () => heard();
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners.add(listener));
    return { [Symbol.dispose]: () => void listeners.delete(listener) };
  }

  /** As if another had announced it, or something may have been missed. */
  hear(topic: string): void {
    for (const listener of this.#listeners.get(topic) ?? []) listener();
  }
}
