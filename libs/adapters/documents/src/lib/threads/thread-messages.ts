import type { DocumentSource, ParsedDocument } from '@cortex/query';
import { TooLargeError, UnreadableError } from '../reading.errors';
import type { ReadingLimits } from '../documents.options';

/** What a thread is begun with. */
export interface ThreadWork {
  readonly about: Omit<DocumentSource, 'bytes'>;
  readonly limits: ReadingLimits;
}

/** To a thread, each the answer to one of its signs: bytes, their end, or leave to go on. */
export type ThreadAnswer = { readonly kind: 'bytes'; readonly bytes: Uint8Array<ArrayBuffer> } | { readonly kind: 'end' } | { readonly kind: 'go-on' };

/** From a thread. After a sign it waits. */
export type ThreadSign =
  | { readonly kind: 'hungry' }
  | { readonly kind: 'part'; readonly part: ParsedDocument }
  | { readonly kind: 'done' }
  | { readonly kind: 'too-large'; readonly what: string; readonly limit: number }
  | { readonly kind: 'unreadable'; readonly reason: string; readonly cause: unknown };

/** Why a thread gave up. What a library threw is a document that it does not understand. */
export function signOf(error: unknown): ThreadSign {
  if (error instanceof TooLargeError) return { kind: 'too-large', what: error.what, limit: error.limit };
  if (error instanceof UnreadableError) return { kind: 'unreadable', reason: error.message, cause: error.cause };
  const name = error instanceof Error ? error.name : typeof error;
  return { kind: 'unreadable', reason: `its reader gave up (${name})`, cause: error };
}
