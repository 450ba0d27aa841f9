import { syncFolder } from '@cortex/kernel';

/** Waits for folders to be on the disk; who asks for the same folder while others wait for it is answered by one sync. */
export class SharedSyncs {
  readonly #running = new Map<string, Promise<void>>();
  /** Not begun: one that has begun may have missed a name that was written since. */
  readonly #next = new Map<string, Promise<void>>();

  sync(folder: string): Promise<void> {
    const next = this.#next.get(folder) ?? this.#after(folder, this.#running.get(folder));
    this.#next.set(folder, next);
    return next;
  }

  async #after(folder: string, running: Promise<void> | undefined): Promise<void> {
    await running?.catch(() => undefined); // told to those who waited for it
    this.#next.delete(folder);
    const run = syncFolder(folder).finally(() => this.#running.delete(folder));
    this.#running.set(folder, run);
    return run;
  }
}
