/** Who was asked ended without being asked to; what it was doing is lost. Internal: the runtime turns it into the port's errors. */
export class ThreadLostError extends Error {
  constructor(message = 'the inference thread was lost', cause?: unknown) {
    super(message, { cause });
    this.name = 'ThreadLostError';
  }
}
