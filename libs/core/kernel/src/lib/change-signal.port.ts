/**
 * Tells the other replicas that something changed. A hint, no message: it may be lost or come twice, so whoever listens also
 * looks by himself now and then, and looks when he hears it.
 */
export abstract class ChangeSignal {
  /** Nobody waits for it, and it never throws. `topic`: a few bounded names, such as `model-catalog`. */
  abstract announce(topic: string): void;
  /** Called for changes that others announced, and once after a time in which some may have been missed; not for own ones. */
  abstract listen(topic: string, heard: () => void): Disposable;
}

/** For one process: there is nobody else to tell. */
export class SilentChangeSignal extends ChangeSignal {
  announce(): void {}
  listen(): Disposable {
    return { [Symbol.dispose]: () => undefined };
  }
}
