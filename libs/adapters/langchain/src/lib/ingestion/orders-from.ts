import { once } from '@cortex/kernel';
import type { DocumentOrder } from '@cortex/query';
import type { DocumentInterface } from '@langchain/core/documents';
import { LoaderLimitError } from '../langchain.errors';

/** A LangChain document loader, of either kind. */
export type Loader = { load(): Promise<DocumentInterface[]> } | { lazyLoad(): AsyncIterable<DocumentInterface> };

export interface LoaderLimits {
  /** Default 10,000. */
  readonly maxDocuments?: number;
  /** Of all texts together, in characters. Default 256 Mi. */
  readonly maxCharacters?: number;
}

/**
 * What a LangChain loader finds, for `Documents.add`. A document's id is its own, or its source with its place; of its metadata flat values
 * are taken, and `title` as its title. @throws LoaderLimitError
 */
export async function* ordersFrom(loader: Loader, { maxDocuments = 10_000, maxCharacters = 2 ** 28 }: LoaderLimits = {}): AsyncGenerator<DocumentOrder> {
  let [place, characters] = [0, 0];
  for await (const document of 'lazyLoad' in loader ? loader.lazyLoad() : await loader.load()) {
    characters += document.pageContent.length;
    if (place === maxDocuments || characters > maxCharacters) throw new LoaderLimitError(`a loader gave more than ${maxDocuments} documents or ${maxCharacters} characters`);
    yield orderOf(document, place++);
  }
}

function orderOf({ id, pageContent, metadata }: DocumentInterface, place: number): DocumentOrder {
  const { title, source = 'document' } = metadata as { readonly title?: unknown; readonly source?: unknown };
  const flat = Object.fromEntries(Object.entries(metadata).filter(([, value]) => isFlat(value)));
  return { id: id ?? `${String(source)}#${place}`, mediaType: 'text/plain', bytes: once(Buffer.from(pageContent)), metadata: flat, ...(typeof title === 'string' && { title }) };
}

function isFlat(value: unknown): boolean {
  return Array.isArray(value) ? value.every((one) => typeof one !== 'object') : ['string', 'number', 'boolean'].includes(typeof value);
}
