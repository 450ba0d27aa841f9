import type { DocumentSource, ParsedDocument } from '@cortex/query';
import type { ReadingLimits } from '../documents.options';
import { TooLargeError, UnreadableError } from '../reading.errors';
import type { Portion } from './portions';

/** With it a process ends itself when it holds more than it may. */
export const FULL_EXIT_CODE = 70;

/** What a process is begun with. A short document is in it whole: each message is a wait for two processes. */
export interface ReadingWork {
  readonly kind: 'work';
  readonly about: Omit<DocumentSource, 'bytes'>;
  readonly first: Portion;
  readonly limits: ReadingLimits;
}

/** To a process, each the answer to one of its signs: its work at first, then bytes, or leave to go on. */
export type ReadingAnswer = ReadingWork | { readonly kind: 'portion'; readonly portion: Portion } | { readonly kind: 'go-on' };

/** From a process. After a sign it waits. */
export type ReadingSign =
  | { readonly kind: 'hungry' }
  | { readonly kind: 'part'; readonly part: ParsedDocument }
  | { readonly kind: 'done' }
  | FailureSign;

/** The document is not read to its end. */
export type FailureSign =
  | { readonly kind: 'too-large'; readonly what: string; readonly limit: number }
  | { readonly kind: 'unreadable'; readonly reason: string; readonly cause: unknown };

/** Why a process gave up. What a library threw is a document that it does not understand. */
export function signOf(error: unknown): FailureSign {
  if (error instanceof TooLargeError) return { kind: 'too-large', what: error.what, limit: error.limit };
  if (error instanceof UnreadableError) return { kind: 'unreadable', reason: error.message, cause: error.cause };
  const name = error instanceof Error ? error.name : typeof error;
  return { kind: 'unreadable', reason: `its reader gave up (${name})`, cause: error };
}
