import { assertNever } from '@cortex/kernel';
import { DocumentParser, DocumentTooLargeError, DocumentUnreadableError, type DocumentSource, type ParsedDocument } from '@cortex/query';
import type { DocumentsSettings } from './documents.options';
import { kindOf, MEDIA_TYPES } from './media-types';
import { portionsOf } from './processes/portions';
import { ReadingProcess } from './processes/reading-process';
import { Seats } from './processes/seats';
import type { ReadingAnswer } from './processes/reading-messages';

/** Adapter: reads each document in a process of its own, so that the serving thread never waits and a hostile one takes nothing else along. */
export class IsolatedDocumentParser extends DocumentParser {
  readonly mediaTypes: readonly string[] = Object.values(MEDIA_TYPES).flat();
  readonly #seats: Seats;

  constructor(private readonly settings: DocumentsSettings) {
    super();
    this.#seats = new Seats(settings.processes);
  }

  async *parse({ bytes, ...about }: DocumentSource, signal: AbortSignal): AsyncGenerator<ParsedDocument> {
    if (kindOf(about.mediaType) === undefined) throw new DocumentUnreadableError(about.mediaType, `only ${this.mediaTypes.join(', ')} are read`);
    using _seat = await this.#seats.take(signal);
    const portions = portionsOf(bytes);
    try {
      using reading = new ReadingProcess({ kind: 'work', about, limits: this.settings }, this.settings);
      yield* partsOf(reading, portions, signal);
    } finally {
      await portions.return(undefined);
    }
  }
}

/** A conversation: what the process asks for it is given, until it is done. */
async function* partsOf(reading: ReadingProcess, portions: AsyncGenerator<Uint8Array<ArrayBuffer>>, signal: AbortSignal): AsyncGenerator<ParsedDocument> {
  for (let sign = await reading.next(signal); sign.kind !== 'done'; ) {
    switch (sign.kind) {
      case 'hungry':
        sign = await reading.next(signal, await fed(portions));
        break;
      case 'part':
        yield sign.part;
        sign = await reading.next(signal, { kind: 'go-on' });
        break;
      case 'too-large':
        throw new DocumentTooLargeError(sign.what, sign.limit);
      case 'unreadable':
        throw new DocumentUnreadableError(reading.mediaType, sign.reason, sign.cause);
      default:
        assertNever(sign);
    }
  }
}

async function fed(portions: AsyncGenerator<Uint8Array<ArrayBuffer>>): Promise<ReadingAnswer> {
  const { done, value } = await portions.next();
  return done ? { kind: 'end' } : { kind: 'bytes', bytes: value };
}
