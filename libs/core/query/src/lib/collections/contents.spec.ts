import { createHash } from 'node:crypto';
import { bytesOf, chunksOf, MemoryObjectStore } from '@cortex/objects/testing';
import * as fc from 'fast-check';
import type { DocumentRecord, KeptBytes } from '../documents/document-record';
import { MemoryDocumentStore } from '../documents/memory-document-store';
import { MemoryPassageIndex } from '../retrieval/memory-passage-index';
import { Contents } from './contents';

const SCOPE = { tenant: 'acme', collection: 'notes-1' };
const never = new AbortController().signal;

describe('Contents', () => {
  let objects: MemoryObjectStore;
  let contents: Contents;
  beforeEach(() => {
    objects = new MemoryObjectStore();
    contents = new Contents({ documents: new MemoryDocumentStore(), index: new MemoryPassageIndex(), objects });
  });

  const keep = (bytes: Uint8Array, maxBytes = 100_000) => contents.keep(SCOPE, chunksOf(bytes), maxBytes);
  const read = (source: KeptBytes) => bytesOf(contents.bytesOf({ ...SCOPE, source } as DocumentRecord, never));

  it('gives back the very bytes, wherever they are kept', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.string({ unit: 'binary', maxLength: 40 }).map((text) => Buffer.from(text)),
      fc.constantFrom(Buffer.from('\ufeffwith a mark'), Buffer.from('a\0b'), Buffer.alloc(8_192, 'x'), Buffer.alloc(8_193, 'x'), Buffer.from([0xc3, 0x28]), Buffer.alloc(0)),
    );
    await fc.assert(fc.asyncProperty(bytes, async (given) => {
      const kept = JSON.parse(JSON.stringify(await keep(given))) as KeptBytes; // as a store gives it back
      expect([kept.bytes, kept.sha256]).toEqual([given.length, createHash('sha256').update(given).digest('hex')]);
      expect(Buffer.from(await read(kept)).equals(given)).toBe(true);
    }));
  });

  it.each([
    ['short text', Buffer.from('Über Wings 😀'), false],
    ['nothing', Buffer.alloc(0), false],
    ['text of 8,193 bytes', Buffer.alloc(8_193, 'x'), true],
    ['what is no UTF-8', Buffer.from([0x25, 0x50, 0xff]), true],
    ['text with NUL', Buffer.from('a\0b'), true],
  ])('keeps %s where it belongs', async (_, bytes, hasFile) => {
    const kept = await keep(bytes);
    expect([kept.file !== undefined, kept.content === undefined, objects.kept.size]).toEqual([hasFile, hasFile, hasFile ? 1 : 0]);
    await contents.forget(SCOPE, kept);
    expect(objects.kept.size).toBe(0);
  });

  it('refuses what is too large, short or not', async () => {
    for (const size of [11, 10_000]) await expect(keep(Buffer.alloc(size, 'x'), 10)).rejects.toMatchObject({ code: 'OBJECTS.TOO_LARGE' });
    expect(objects.kept.size).toBe(0);
    expect((await keep(Buffer.alloc(10, 'x'), 10)).bytes).toBe(10);
  });
});
