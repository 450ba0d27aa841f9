import { assertNever } from '@cortex/kernel';
import { DocumentParser, DocumentTooLargeError, DocumentUnreadableError, type DocumentSource, type ParsedDocument } from '@cortex/query';
import type { DocumentsSettings } from './documents.options';
import { kindOf, MEDIA_TYPES } from './media-types';
import { portionsOf } from './threads/portions';
import { ReadingThread } from './threads/reading-thread';
import { Seats } from './threads/seats';
import type { ThreadAnswer } from './threads/thread-messages';

/** Adapter: reads each document on a thread of its own, so that the serving thread never waits and a hostile one takes nothing but its thread along. */
export class ThreadDocumentParser extends DocumentParser {
  readonly mediaTypes: readonly string[] = Object.values(MEDIA_TYPES).flat();
  readonly #seats: Seats;

  constructor(private readonly settings: DocumentsSettings) {
    super();
    this.#seats = new Seats(settings.threads);
  }

  async *parse({ bytes, ...about }: DocumentSource, signal: AbortSignal): AsyncGenerator<ParsedDocument> {
    if (kindOf(about.mediaType) === undefined) throw new DocumentUnreadableError(about.mediaType, `only ${this.mediaTypes.join(', ')} are read`);
    using _seat = await this.#seats.take(signal);
    const portions = portionsOf(bytes);
    try {
      await using thread = new ReadingThread({ about, limits: this.settings }, this.settings);
      yield* partsOf(thread, portions, signal);
    } finally {
      await portions.return(undefined);
    }
  }
}

/** A conversation: what the thread asks for it is given, until it is done. */
async function* partsOf(thread: ReadingThread, portions: AsyncGenerator<Uint8Array<ArrayBuffer>>, signal: AbortSignal): AsyncGenerator<ParsedDocument> {
  for (let sign = await thread.next(signal); sign.kind !== 'done'; ) {
    switch (sign.kind) {
      case 'hungry':
        sign = await thread.next(signal, await fed(portions));
        break;
      case 'part':
        yield sign.part;
        sign = await thread.next(signal, { kind: 'go-on' });
        break;
      case 'too-large':
        throw new DocumentTooLargeError(sign.what, sign.limit);
      case 'unreadable':
        throw new DocumentUnreadableError(thread.mediaType, sign.reason, sign.cause);
      default:
        assertNever(sign);
    }
  }
}

async function fed(portions: AsyncGenerator<Uint8Array<ArrayBuffer>>): Promise<ThreadAnswer> {
  const { done, value } = await portions.next();
  return done ? { kind: 'end' } : { kind: 'bytes', bytes: value };
}
