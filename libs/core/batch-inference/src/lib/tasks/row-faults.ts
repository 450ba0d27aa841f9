import { CortexError } from '@cortex/kernel';
import { TextTooLongError } from '@cortex/text-models';
import type { RowError } from '../formats/row-format.port';

/** Thrown by a task for a row that asks nothing that can be answered. */
export class BadRowError extends CortexError {
  readonly code = 'BATCH.BAD_ROW';
  readonly kind = 'invalid';
}

/** Thrown by a task that knows which of the rows it was asked is to blame. */
export class RowFaultError extends CortexError {
  readonly code: string;
  readonly kind = 'unprocessable';

  constructor(readonly index: number, { code, message }: RowError, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Asks about texts, `rowOf` each of which is known: where one is too long, its row is to blame. */
export async function blamingRows<T>(rowOf: (text: number) => number, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof TextTooLongError)) throw error;
    throw new RowFaultError(rowOf(error.index), { code: error.code, message: `the text has more than the ${error.limit} tokens that the model takes` }, { cause: error });
  }
}

/** What an error says of the rows that were asked; undefined where they are not to blame: the model is gone, the house is full. */
export function faultOf(error: unknown): RowError | undefined {
  if (!(error instanceof CortexError) || error.code.startsWith('REGISTRY.')) return undefined;
  const { kind, code, message } = error;
  return kind === 'invalid' || kind === 'unprocessable' || kind === 'too-large' ? { code, message } : undefined;
}
