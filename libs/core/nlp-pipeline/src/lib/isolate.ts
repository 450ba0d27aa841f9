import { CortexError, throwIfLeft, type RequestContext } from '@cortex/kernel';

export type Isolated<T> = { readonly value: T } | { readonly error: unknown };

/** Asks for all at once; when that fails over one of them, by halves, so that each text has its own answer or error. At most 2n calls. */
export async function isolate<I, O>(items: readonly I[], ask: (items: readonly I[]) => Promise<readonly O[]>, context: RequestContext): Promise<readonly Isolated<O>[]> {
  if (items.length === 0) return [];
  try {
    return (await ask(items)).map((value) => ({ value }));
  } catch (error) {
    throwIfLeft(context);
    if (!isAboutText(error)) throw error;
    if (items.length === 1) return [{ error }];
    const middle = items.length >> 1;
    return [...(await isolate(items.slice(0, middle), ask, context)), ...(await isolate(items.slice(middle), ask, context))];
  }
}

/** A bug may be one text's, too. Everything else (no such model, no room, too late) holds for all texts. */
function isAboutText(error: unknown): boolean {
  if (!(error instanceof CortexError)) return true;
  return ['invalid', 'unprocessable', 'too-large'].includes(error.kind) && error.field !== 'model';
}
