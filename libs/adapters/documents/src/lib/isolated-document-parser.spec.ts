import { DocumentTooLargeError, DocumentUnreadableError } from '@cortex/query';
import { documentParserContract, type DocumentSample } from '@cortex/query/testing';
import { docxFile, paragraph } from '../testing/docx-file';
import { contentOf, pdfFile, pdfObjects } from '../testing/pdf-file';
import { chunksOf } from '../testing/reading';
import { documentsOptionsSchema, type DocumentsOptions } from './documents.options';
import { IsolatedDocumentParser } from './isolated-document-parser';

const never = new AbortController().signal;
const parserWith = (options: DocumentsOptions = {}) => new IsolatedDocumentParser(documentsOptionsSchema.parse(options));

async function textOf(parser: IsolatedDocumentParser, mediaType: string, bytes: AsyncIterable<Uint8Array>) {
  let text = '';
  for await (const part of parser.parse({ mediaType, bytes }, never)) text += part.text;
  return text;
}

/** Zeros and letters without a line's end, 64 MiB. */
async function* longLine(head: string, tail = ''): AsyncGenerator<Uint8Array> {
  const filler = Buffer.from('flutter '.repeat(8_192));
  yield Buffer.from(head);
  for (let count = 0; count < 1_024; count++) yield filler;
  yield Buffer.from(tail);
}

const samples: Record<string, DocumentSample> = {
  text: { mediaType: 'text/plain', bytes: Buffer.from('Wings 😀\nflutter.\n\nSecond.'), blocks: [{ kind: 'text', text: 'Wings 😀\nflutter.' }, { kind: 'text', text: 'Second.' }] },
  Markdown: {
    mediaType: 'text/markdown',
    bytes: Buffer.from('---\ntitle: "On wings"\n---\n# Flutter\n\nSome *text*.\n\n- a\n- b\n'),
    title: 'On wings',
    blocks: [{ kind: 'heading', level: 1, text: 'Flutter' }, { kind: 'text', text: 'Some text.' }, { kind: 'list', text: '- a\n- b' }],
  },
  HTML: {
    mediaType: 'text/html',
    bytes: Buffer.from('<!doctype html><meta charset=utf-8><title>A &amp; B</title><script>no()</script><h2>Über</h2><p>Some <b>text</b><table><tr><th>k<th>v<tr><td>1<td>2</table>'),
    title: 'A & B',
    blocks: [{ kind: 'heading', level: 2, text: 'Über' }, { kind: 'text', text: 'Some text' }, { kind: 'table', text: 'k | v\n1 | 2' }],
  },
  JSON: { mediaType: 'application/json', bytes: Buffer.from('[{"a":1,"b":{"c":["x","y"]}},{"a":"ü"}]'), blocks: [{ kind: 'text', text: 'a: 1; b.c: x, y' }, { kind: 'text', text: 'a: ü' }] },
  'JSON Lines': { mediaType: 'application/jsonl', bytes: Buffer.from('{"a":1}\n\n{"a":2}\n'), blocks: [{ kind: 'text', text: 'a: 1' }, { kind: 'text', text: 'a: 2' }] },
  CSV: { mediaType: 'text/csv', bytes: Buffer.from('name,born\n"Lovelace, Ada",1815\n'), blocks: [{ kind: 'table', text: 'name: Lovelace, Ada; born: 1815' }] },
  DOCX: {
    mediaType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    bytes: docxFile(paragraph('Flutter', '<w:pStyle w:val="Heading1"/>') + paragraph('Some text.'), 'On wings'),
    title: 'On wings',
    blocks: [{ kind: 'heading', level: 1, text: 'Flutter' }, { kind: 'text', text: 'Some text.' }],
  },
  PDF: {
    mediaType: 'application/pdf',
    bytes: pdfFile(pdfObjects([contentOf([{ y: 700, size: 20, text: 'Flutter' }, { y: 660, text: 'Some text of a para-' }, { y: 646, text: 'graph.' }]), contentOf([{ y: 700, text: 'Second page.' }])])),
    title: 'Flutter',
    blocks: [
      { kind: 'heading', level: 1, page: 1, text: 'Flutter' },
      { kind: 'text', page: 1, text: 'Some text of a paragraph.' },
      { kind: 'text', page: 2, text: 'Second page.' },
    ],
  },
};

describe('IsolatedDocumentParser', () => {
  describe.each(Object.entries(samples))('%s', (_, sample) => documentParserContract(() => parserWith(), sample));

  it.each([
    ['text/plain', longLine('')],
    ['text/markdown', longLine('# One\n\n')],
    ['text/csv', longLine('a,b\n1,"', '"\n')],
    ['application/jsonl', longLine('{"a":"', '"}\n')],
    ['application/json', longLine('[{"a":"', '"}]\n')],
  ])('reads a line of 64 MiB of %s in a heap of 48', async (mediaType, bytes) => {
    let units = 0;
    for await (const { text } of parserWith({ heapMiB: 48 }).parse({ mediaType, bytes }, never)) {
      expect(text.length).toBeLessThan(600_000);
      units += text.length;
    }
    expect(units).toBeGreaterThan(64 * 2 ** 20);
  });

  it('reads many short documents in little more time than one', async () => {
    const parser = parserWith({ processes: 1 });
    const msFor = async (count: number) => {
      const since = performance.now();
      for (let number = 0; number < count; number++) expect(await textOf(parser, 'text/markdown', chunksOf(`text ${number}`))).toContain(`text ${number}`);
      return performance.now() - since;
    };
    const first = await msFor(1);
    expect(await msFor(20)).toBeLessThan(Math.max(4 * first, 500));
  });

  it('ends what takes more memory than it may, and reads the next', async () => {
    const parser = parserWith({ heapMiB: 24, processes: 1 });
    await expect(textOf(parser, 'application/json', chunksOf('['.repeat(4_000_000)))).rejects.toThrow(new DocumentTooLargeError('MiB in memory', 24));
    expect(await textOf(parser, 'text/markdown', chunksOf('next'))).toContain('next');
  });

  it('ends what holds more beside its heap than it may', async () => {
    await expect(textOf(parserWith({ memoryMiB: 1 }), 'text/markdown', chunksOf('text'))).rejects.toThrow(new DocumentTooLargeError('MiB in memory', 1));
  });

  it('ends what takes longer than it may, and reads the next', async () => {
    const slow = parserWith({ stepMs: 1 });
    await expect(textOf(slow, 'text/markdown', chunksOf('text'))).rejects.toThrow(new DocumentTooLargeError('milliseconds of work at one step', 1));
    expect(await textOf(parserWith(), 'text/markdown', chunksOf('next'))).toContain('next');
  });

  it('reads no more documents at once than it may, and forgets one who leaves', async () => {
    const parser = parserWith({ processes: 1 });
    const first = parser.parse({ mediaType: 'text/markdown', bytes: chunksOf('first') }, never);
    expect((await first.next()).value?.text).toContain('first');
    const leaving = new AbortController();
    const second = parser.parse({ mediaType: 'text/markdown', bytes: chunksOf('second') }, leaving.signal).next();
    const third = textOf(parser, 'text/markdown', chunksOf('third'));
    leaving.abort(new Error('gone'));
    await expect(second).rejects.toThrow('gone');
    await first.return(undefined);
    expect(await third).toContain('third');
  });

  it('reads short plain text where it comes, and needs no process', async () => {
    const parser = parserWith({ stepMs: 1, memoryMiB: 1 });
    expect(await textOf(parser, 'text/plain', chunksOf('short'))).toContain('short');
    await expect(textOf(parser, 'text/plain', chunksOf('long '.repeat(20_000)))).rejects.toThrow(DocumentTooLargeError);
    await expect(textOf(parser, 'text/markdown', chunksOf('short'))).rejects.toThrow(DocumentTooLargeError);
  });

  it.each(['sourceBytes', 'textUnits'] as const)('keeps %s of a page within its limit', async (limit) => {
    await expect(textOf(parserWith({ [limit]: 100 }), 'text/html', chunksOf(`<p>${'x'.repeat(100)} y`))).rejects.toThrow(DocumentTooLargeError);
  });

  it('says which media types it reads', async () => {
    const parser = parserWith();
    expect(parser.mediaTypes).toEqual(expect.arrayContaining(Object.values(samples).map(({ mediaType }) => mediaType)));
    await expect(textOf(parser, 'image/png', chunksOf('x'))).rejects.toThrow(DocumentUnreadableError);
  });
});
