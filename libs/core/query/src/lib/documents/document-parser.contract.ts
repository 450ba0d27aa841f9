import type { DocumentParser } from './document-parser.port';
import type { ParsedDocument } from './parsed-document';
import { DocumentTooLargeError, DocumentUnreadableError } from '../query.errors';

/** A document of a kind, and what a reader sees in it. */
export interface DocumentSample {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  readonly title?: string;
  /** In this order. */
  readonly blocks: readonly { readonly kind: string; readonly text: string; readonly level?: number; readonly page?: number }[];
}

const DAMAGED = 12;

/** What every DocumentParser promises of each of its kinds. Call it inside a spec. */
export function documentParserContract(make: () => DocumentParser, sample: DocumentSample): void {
  const { mediaType, bytes } = sample;
  const never = new AbortController().signal;
  const read = async (chunks: AsyncIterable<Uint8Array>, signal = never) => {
    const parts: ParsedDocument[] = [];
    for await (const part of make().parse({ mediaType, bytes: chunks }, signal)) parts.push(part);
    for (const part of parts) expectStructure(part);
    return parts;
  };

  it('is read as a reader sees it', async () => {
    const [first, ...others] = await read(chunked(bytes, 1_000));
    expect(others).toEqual([]);
    expect(first?.title).toBe(sample.title);
    expect(first?.blocks.map((block) => shown(first, block))).toEqual(sample.blocks);
  });

  it.each([1, 7])('is read the same in chunks of %i bytes', async (size) => {
    expect(await read(chunked(bytes, size))).toEqual(await read(chunked(bytes, bytes.length)));
  });

  it('is read while others are', async () => {
    const once = await read(chunked(bytes, 1_000));
    const together = await Promise.all([1, 2, 3].map((size) => read(chunked(bytes, size * 500))));
    expect(together).toEqual([once, once, once]);
  });

  it('is empty, or refused, without bytes', async () => {
    const found = await outcomeOf(read(chunked(bytes.subarray(0, 0), 1)));
    expect(found instanceof DocumentUnreadableError ? [] : found).toEqual([]);
  });

  it('is read or refused when damaged, and nothing else happens', async () => {
    for (let seed = 1; seed <= DAMAGED; seed++) {
      const found = await outcomeOf(read(chunked(damaged(bytes, seed), 1_000)));
      const isRefused = found instanceof DocumentUnreadableError || found instanceof DocumentTooLargeError;
      expect(isRefused ? 'refused' : found).toEqual(isRefused ? 'refused' : expect.any(Array));
    }
  });

  it('is not read after its reader has left', async () => {
    const reason = new Error('gone');
    expect(await outcomeOf(read(chunked(bytes, 1), AbortSignal.abort(reason)))).toBe(reason);
  });

  it('is left where its reader leaves', async () => {
    const controller = new AbortController();
    const reason = new Error('gone');
    const source = watched(bytes, () => controller.abort(reason));
    expect(await outcomeOf(read(source.chunks, controller.signal))).toBe(reason);
    expect(source.isClosed()).toBe(true);
  });

  it('lets the mistake of its source pass as it is', async () => {
    const mistake = new Error('the disk is gone');
    const source = watched(bytes, () => {
      throw mistake;
    });
    expect(await outcomeOf(read(source.chunks))).toBe(mistake);
  });

  it('is refused under a media type of no kind', async () => {
    const parts = make().parse({ mediaType: 'application/x-unknown', bytes: chunked(bytes, 1_000) }, never);
    await expect(parts[Symbol.asyncIterator]().next()).rejects.toThrow(DocumentUnreadableError);
  });
}

async function* chunked(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let place = 0; place < bytes.length; place += size) yield bytes.subarray(place, place + size);
}

/** Calls back after half of the bytes were read. */
function watched(bytes: Uint8Array, atHalf: () => void) {
  let isClosed = false;
  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      yield bytes.subarray(0, bytes.length / 2);
      atHalf();
      yield bytes.subarray(bytes.length / 2);
    } finally {
      isClosed = true;
    }
  }
  return { chunks: chunks(), isClosed: () => isClosed };
}

/** Cut, or with bytes changed; the same for the same seed. */
function damaged(bytes: Uint8Array, seed: number): Uint8Array {
  let state = seed * 2_654_435_761;
  const next = (limit: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % limit;
  };
  const copy = bytes.slice(0, seed % 3 === 0 ? next(bytes.length) : bytes.length);
  for (let change = 0; change < seed && copy.length > 0; change++) copy[next(copy.length)] = next(256);
  return copy;
}

function shown({ text }: ParsedDocument, { start, end, ...block }: ParsedDocument['blocks'][number]) {
  return { ...block, text: text.slice(start, end) };
}

/** In order, without overlap, white space alone between, and nothing that a database refuses. */
function expectStructure({ text, blocks }: ParsedDocument): void {
  let place = 0;
  for (const { start, end } of blocks) {
    expect(text.slice(place, start).trim()).toBe('');
    expect(end).toBeGreaterThan(start);
    expect(start).toBeGreaterThanOrEqual(place);
    place = end;
  }
  expect(text.slice(place).trim()).toBe('');
  expect(text).not.toMatch(/\0|\p{Surrogate}/u);
}

function outcomeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.catch((error: unknown) => error);
}
