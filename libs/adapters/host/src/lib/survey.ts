import { isUnreadable } from './host.errors';

/** The sources, as `unreadable` names them. */
export type Source = 'cgroup memory' | 'cgroup cpu' | 'machine memory' | 'process tree' | 'cpu pressure' | 'memory pressure' | 'nvidia-smi';

/** One look at everything, in which the trouble of one source is only its own. */
export class Survey {
  readonly unreadable: Source[] = [];

  /** What the source says; undefined, and the source noted, where it cannot be read. */
  async ask<T>(source: Source, look: () => Promise<T>): Promise<T | undefined> {
    try {
      return await look();
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      this.unreadable.push(source);
      return undefined;
    }
  }
}
