import { assertNever } from '@cortex/kernel';
import { DocumentParser, DocumentTooLargeError, DocumentUnreadableError, type DocumentSource, type ParsedDocument } from '@cortex/query';
import type { DocumentsSettings } from './documents.options';
import { mediaTypeOf } from './media-type-of';
import { kindOf, MEDIA_TYPES } from './media-types';
import { portionsOf, type Portion } from './processes/portions';
import type { ReadingProcess } from './processes/reading-process';
import { ReadingProcesses } from './processes/reading-processes';

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
      yield* partsOf({ process: reading.process, about, portions }, signal);
      reading.keep();
    } finally {
      await portions.return(undefined);
    }
  }
}

interface Conversation {
  readonly process: ReadingProcess;
  readonly about: Omit<DocumentSource, 'bytes'>;
  /** At least one. */
  readonly portions: AsyncGenerator<Portion, undefined>;
}

/** A conversation: what the process asks for it is given, until it is done. */
async function* partsOf({ process, about, portions }: Conversation, signal: AbortSignal): AsyncGenerator<ParsedDocument> {
  const next = async () => (await portions.next()).value!; // nobody asks behind the last
  for (let sign = await process.begin({ about, first: await next() }, signal); sign.kind !== 'done'; ) {
    switch (sign.kind) {
      case 'hungry':
        sign = await process.next(signal, { kind: 'portion', portion: await next() });
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
