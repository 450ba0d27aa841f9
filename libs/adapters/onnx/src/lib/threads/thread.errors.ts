/** An inference thread ended without being asked; what it was doing is lost. Internal: the runtime turns it into the port's errors. */
export class ThreadLostError extends Error {
  constructor(cause?: unknown) {
    super('an inference thread was lost', { cause });
    this.name = 'ThreadLostError';
  }
}
