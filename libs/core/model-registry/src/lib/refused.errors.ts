import { systemCodeOf } from '@cortex/kernel';

/** Why a folder cannot be served, in words for its owner: files are named relative to it, values are cut. */
export class RefusedError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'RefusedError';
  }
}

/** The reason to show for whatever went wrong in a folder. Never a path of this machine, which system errors carry in their message. */
export function reasonOf(error: unknown): string {
  if (error instanceof RefusedError) return error.message;
  return `cannot be read (${systemCodeOf(error) ?? 'unexpected error'})`;
}
