import { assertNever } from '@cortex/kernel';
import { DocumentParser, DocumentTooLargeError, DocumentUnreadableError, type DocumentSource, type ParsedDocument } from '@cortex/query';
import type { DocumentsSettings } from './documents.options';
import { mediaTypeOf } from './media-type-of';
import { kindOf, MEDIA_TYPES } from './media-types';
import { portionsOf } from './processes/portions';
import type { ReadingProcess } from './processes/reading-process';
import { ReadingProcesses } from './processes/reading-processes';
import type { ReadingAnswer, ReadingSign } from './processes/reading-messages';

/** Adapter: reads documents in processes beside this one, so that the serving thread never waits and a hostile one takes nothing else along. */
export class IsolatedDocumentParser extends DocumentParser {
  readonly mediaTypes: readonly string[] = Object.values(MEDIA_TYPES).flat();
  readonly #processes: ReadingProcesses;

  constructor(settings: DocumentsSettings) {
    super();
    this.#processes = new ReadingProcesses(settings);
  }

  mediaTypeOf(name: string, head: Uint8Array): string {
    return mediaTypeOf(name, head);
  }

  async *parse({ bytes, ...about }: DocumentSource, signal: AbortSignal): AsyncGenerator<ParsedDocument> {
    if (kindOf(about.mediaType) === undefined) throw new DocumentUnreadableError(about.mediaType, `only ${this.mediaTypes.join(', ')} are read`);
    using reading = await this.#processes.take(signal);
    const portions = portionsOf(bytes);
    try {
      const begun = reading.process.begin(about, signal);
      yield* partsOf({ process: reading.process, begun, portions }, signal);
      reading.keep();
    } finally {
      await portions.return(undefined);
    }
  }
}

interface Conversation {
  readonly process: ReadingProcess;
  readonly begun: Promise<ReadingSign>;
  readonly portions: AsyncGenerator<Uint8Array<ArrayBuffer>>;
}

/** A conversation: what the process asks for it is given, until it is done. */
async function* partsOf({ process, begun, portions }: Conversation, signal: AbortSignal): AsyncGenerator<ParsedDocument> {
  for (let sign = await begun; sign.kind !== 'done'; ) {
    switch (sign.kind) {
      case 'hungry':
        sign = await process.next(signal, await fed(portions));
        break;
      case 'part':
        yield sign.part;
        sign = await process.next(signal, { kind: 'go-on' });
        break;
      case 'too-large':
        throw new DocumentTooLargeError(sign.what, sign.limit);
      case 'unreadable':
        throw new DocumentUnreadableError(process.mediaType, sign.reason, sign.cause);
      default:
        assertNever(sign);
    }
  }
}

async function fed(portions: AsyncGenerator<Uint8Array<ArrayBuffer>>): Promise<ReadingAnswer> {
  const { done, value } = await portions.next();
  return done ? { kind: 'end' } : { kind: 'bytes', bytes: value };
}
