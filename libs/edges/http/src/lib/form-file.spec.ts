import fc from 'fast-check';
import { CallerGoneError } from '@cortex/kernel';
import { readFormFile } from './form-file';

const TYPE = { 'content-type': 'multipart/form-data; boundary=XX' };
const FILE = '--XX\r\ncontent-disposition: form-data; name="file"; filename="rows.jsonl"\r\ncontent-type: application/octet-stream\r\n\r\n';
const PURPOSE = '--XX\r\ncontent-disposition: form-data; name="purpose"\r\n\r\nbatch\r\n';
const END = '--XX--\r\n';

async function* pieces(body: string | Buffer, size = 7): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(body as string);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
async function text(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts).toString();
}

describe('readFormFile', () => {
  it.each([['before', `${PURPOSE}${FILE}content\r\n${END}`], ['behind', `${FILE}content\r\n${PURPOSE}${END}`]])('gives the file and the fields that stand %s it', async (_where, body) => {
    const file = await readFormFile('file', pieces(body), TYPE);
    expect(file.filename).toBe('rows.jsonl');
    expect(await text(file.chunks)).toBe('content');
    expect([...(await file.fields())]).toEqual([['purpose', 'batch']]);
  });

  it('gives the bytes as they were sent, whatever they are and however they come', async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 100 }), async (content, size) => {
      const body = Buffer.concat([Buffer.from(FILE), content, Buffer.from(`\r\n${PURPOSE}${END}`)]);
      const file = await readFormFile('file', pieces(body, size), TYPE);
      const read: Uint8Array[] = [];
      for await (const chunk of file.chunks) read.push(chunk);
      expect(Buffer.concat(read)).toEqual(Buffer.from(content));
      expect((await file.fields()).get('purpose')).toBe('batch');
    }), { numRuns: 50 });
  });

  it.each([
    ['no form', {}, '{}', /content-type is nothing/],
    ['another type', { 'content-type': 'application/json' }, '{}', /expected multipart/],
    ['a form without boundary', { 'content-type': 'multipart/form-data; x=y' }, PURPOSE, /boundary/],
    ['a form without the file', TYPE, PURPOSE + END, /file: expected a file/],
    ['a form with another file', TYPE, `${FILE.replace('"file"', '"other"')}content\r\n${END}`, /file: expected a file/],
    ['an empty form', TYPE, END, /expected a file|not whole/],
    ['a body that breaks off before the file', TYPE, PURPOSE, /not whole|expected a file/],
  ])('refuses %s', async (_what, headers, body, message) => {
    await expect(readFormFile('file', pieces(body), headers)).rejects.toThrow(message);
  });

  it('tells whoever reads the file that the form breaks off', async () => {
    const file = await readFormFile('file', pieces(`${FILE}content`), TYPE);
    await expect(text(file.chunks)).rejects.toThrow(/form/);
    await expect(file.fields()).rejects.toThrow(/form/);
  });

  it('hands on that the caller left', async () => {
    const leaving = (async function* () {
      yield* pieces(`${FILE}content`);
      throw new CallerGoneError();
    })();
    const file = await readFormFile('file', leaving, TYPE);
    await expect(text(file.chunks)).rejects.toThrow();
    await expect(file.fields()).rejects.toThrow(CallerGoneError);
  });

  it('lets go of the body when the file is not wanted any more', async () => {
    let closed = false;
    const endless = (async function* () {
      try {
        yield Buffer.from(FILE);
        for (let count = 0; count < 10_000; count += 1) yield Buffer.alloc(65_536);
      } finally {
        closed = true;
      }
    })();
    const file = await readFormFile('file', endless, TYPE);
    for await (const _chunk of file.chunks) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(closed).toBe(true);
  });

  it('reads no further than the file is read', async () => {
    let sent = 0;
    const large = (async function* () {
      yield Buffer.from(FILE);
      for (; sent < 200; sent += 1) yield Buffer.alloc(65_536);
    })();
    const { chunks } = await readFormFile('file', large, TYPE);
    const iterator = chunks[Symbol.asyncIterator]();
    await iterator.next();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(sent).toBeLessThan(40);
    await iterator.return?.(undefined);
  });

  it('takes a field without a value', async () => {
    const file = await readFormFile('file', pieces(`${PURPOSE.replace('batch', '')}${FILE}content\r\n${END}`), TYPE);
    expect(await text(file.chunks)).toBe('content');
    expect((await file.fields()).get('purpose')).toBe('');
  });
});
