import type { TextModels } from '@cortex/text-models';
import { Chunker } from '../chunking/chunker';
import { SplitPassages } from '../chunking/split-passages';
import type { Splitter } from '../chunking/splitter.port';
import { servingSpace, type CollectionRecord, type EmbeddingSpace } from '../collections/collection-record';
import type { Contents } from '../collections/contents';
import type { DocumentParser } from '../documents/document-parser.port';
import type { DocumentRecord } from '../documents/document-record';
import type { Passage } from '../retrieval/passage';
import type { DocumentFacts } from '../retrieval/passage-index.port';
import { chunkSizesFor } from './chunk-sizes';
import { FactsReader } from './facts-reader';

export interface DocumentTextParts {
  readonly contents: Contents;
  readonly parser: DocumentParser;
  readonly models: Pick<TextModels, 'rulerOf'>;
  /** Cuts passages in the place of Chunker. */
  readonly splitter?: Splitter;
}

interface Cut {
  readonly space: EmbeddingSpace;
  readonly written: number;
}

/** A document as passages, read from its bytes once. What it says of itself is known when all of them were taken. */
export class DocumentText {
  readonly #facts: FactsReader;

  private constructor(
    private readonly parts: DocumentTextParts,
    private readonly record: DocumentRecord,
    private readonly cutter: Chunker | SplitPassages,
    /** What its passages are cut by, and how many are written by that. */
    readonly cut: Cut,
    language: string,
  ) {
    this.#facts = new FactsReader(record, language);
  }

  /** @throws what tells the tokens of the collection's model */
  static async open(parts: DocumentTextParts, collection: CollectionRecord, record: DocumentRecord): Promise<DocumentText> {
    const cut = cutOf(collection, record);
    const ruler = await parts.models.rulerOf(cut.space.model);
    const sizes = chunkSizesFor(collection.chunks, ruler);
    const count = (text: string) => ruler.count(text, sizes.maxTokens);
    const cutter = parts.splitter ? new SplitPassages(parts.splitter, count, sizes.maxTokens) : new Chunker(count, sizes);
    return new DocumentText(parts, record, cutter, cut, collection.language);
  }

  /** Its own or its owner's; as far as it was read. */
  get title(): string | undefined {
    return this.#facts.title;
  }

  /** UTF-16 units, as far as it was read. */
  get characters(): number {
    return this.cutter.characters;
  }

  /** Those that are not written yet. @throws what its parser says of it, the signal's reason */
  async *passages(signal: AbortSignal): AsyncGenerator<Passage> {
    const { written } = this.cut;
    const { mediaType, charset } = this.record.source;
    const source = { mediaType, ...(charset !== undefined && { charset }), bytes: this.parts.contents.bytesOf(this.record, signal) };
    for await (const part of this.parts.parser.parse(source, signal)) {
      this.#facts.see(part);
      for await (const passage of this.cutter.passages(part)) if (passage.ordinal >= written) yield passage;
    }
  }

  facts(): Pick<DocumentFacts, 'title' | 'language'> {
    return this.#facts.found();
  }
}

/** Whoever goes on cuts as the one before did, though another space serves by now; without its space all passages are cut and written anew. */
function cutOf(collection: CollectionRecord, { written = 0, cutBy }: DocumentRecord): Cut {
  const before = written > 0 ? collection.spaces.find(({ id }) => id === cutBy) : undefined;
  return before ? { space: before, written } : { space: servingSpace(collection), written: 0 };
}
