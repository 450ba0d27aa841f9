import { systemCodeOf } from '@cortex/kernel';

/** Told of everything that went wrong while the cache folder was read or written. */
export type OnTrouble = (error: unknown) => void;

/** There was no room left for a file; `cause` is what the writer said of it. */
export class DiskFullError extends Error {
  readonly code = 'ENOSPC';
  readonly syscall = 'write';

  constructor(cause: unknown) {
    super('no space left on the disk', { cause });
    this.name = 'DiskFullError';
  }
}

/** Warns the first time that the disk refuses something, with what it costs: the models are served all the same. */
export function warnOnce(cacheDir: string | undefined, warn: (message: string) => void = () => undefined): OnTrouble {
  let isTold = false;
  return (error) => {
    const code = systemCodeOf(error); // undefined for what is wrong with a model
    if (isTold || code === undefined) return;
    isTold = true;
    warn(`the cache folder ${cacheDir} cannot be used (${code}): models are measured at every start, and their weights are not shared`);
  };
}
