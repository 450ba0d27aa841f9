import { once } from '@cortex/kernel';
import { DocumentParser, DocumentTooLargeError, DocumentUnreadableError, type DocumentSource, type ParsedDocument } from '@cortex/query';
import type { DocumentsSettings } from './documents.options';
import { mediaTypeOf } from './media-type-of';
import { kindOf, MEDIA_TYPES } from './media-types';
import { portionsOf, type Portion } from './processes/portions';
import { signOf, type FailureSign } from './processes/reading-messages';
import type { ReadingProcess } from './processes/reading-process';
import { ReadingProcesses } from './processes/reading-processes';
import { readDocument } from './read-document';

/** Plain text of so many bytes takes less time to read than a message to a process, and has nothing in it that could do harm. */
const SHORT_BYTES = 64 * 1_024;

/** Adapter: reads documents in processes beside this one, so that the serving thread never waits and a hostile one takes nothing else along; short plain text where it comes. */
export class IsolatedDocumentParser extends DocumentParser {
  readonly mediaTypes: readonly string[] = Object.values(MEDIA_TYPES).flat();
  readonly #processes: ReadingProcesses;

  constructor(private readonly settings: DocumentsSettings) {
    super();
    this.#processes = new ReadingProcesses(settings);
  }

  mediaTypeOf(name: string, head: Uint8Array): string {
    return mediaTypeOf(name, head);
  }

  async *parse({ bytes, ...about }: DocumentSource, signal: AbortSignal): AsyncGenerator<ParsedDocument> {
    const kind = kindOf(about.mediaType);
    if (kind === undefined) throw new DocumentUnreadableError(about.mediaType, `only ${this.mediaTypes.join(', ')} are read`);
    const portions = portionsOf(bytes);
    try {
      signal.throwIfAborted();
      const first = kind === 'text' ? await nextOf(portions) : undefined;
      if (first && isShort(first)) yield* readHere({ ...about, bytes: once(first.bytes) }, this.settings, signal);
      else yield* this.#readApart({ about, first, portions }, signal);
    } finally {
      await portions.return(undefined);
    }
  }

  async *#readApart(document: DocumentInPortions, signal: AbortSignal): AsyncGenerator<ParsedDocument> {
    using reading = await this.#processes.take(signal);
    yield* partsOf(reading.process, document, signal);
    reading.keep();
  }
}

interface DocumentInPortions {
  readonly about: Omit<DocumentSource, 'bytes'>;
  /** What was read of it. */
  readonly first?: Portion;
  /** What follows, at least one where there is no first. */
  readonly portions: AsyncGenerator<Portion, undefined>;
}

/** A conversation: what the process asks for it is given, until it is done. */
async function* partsOf(process: ReadingProcess, { about, first, portions }: DocumentInPortions, signal: AbortSignal): AsyncGenerator<ParsedDocument> {
  for (let sign = await process.begin({ about, first: first ?? (await nextOf(portions)) }, signal); sign.kind !== 'done'; ) {
    switch (sign.kind) {
      case 'hungry':
        sign = await process.next(signal, { kind: 'portion', portion: await nextOf(portions) });
        break;
      case 'part':
        yield sign.part;
        sign = await process.next(signal, { kind: 'go-on' });
        break;
      default:
        throw errorOf(sign, about.mediaType);
    }
  }
}

/** Nobody asks behind the last. */
async function nextOf(portions: AsyncGenerator<Portion, undefined>): Promise<Portion> {
  return (await portions.next()).value!;
}

function isShort({ bytes, isLast }: Portion): boolean {
  return isLast && bytes.length <= SHORT_BYTES;
}

/** On this thread. */
async function* readHere(document: DocumentSource, limits: DocumentsSettings, signal: AbortSignal): AsyncGenerator<ParsedDocument> {
  const parts = readDocument(document, limits);
  const next = () => parts.next().catch((error: unknown) => { throw errorOf(signOf(error), document.mediaType); });
  for (let part = await next(); !part.done; part = await next()) {
    yield part.value;
    signal.throwIfAborted();
  }
}

function errorOf(sign: FailureSign, mediaType: string): Error {
  return sign.kind === 'too-large' ? new DocumentTooLargeError(sign.what, sign.limit) : new DocumentUnreadableError(mediaType, sign.reason, sign.cause);
}
