import { zipSync } from 'fflate';
import { deflateSync } from 'node:zlib';
import { DocumentTooLargeError, DocumentUnreadableError } from '@cortex/query';
import { docxFile, paragraph } from '../testing/docx-file';
import { contentOf, pdfFile, pdfObjects, streamOf } from '../testing/pdf-file';
import { chunksOf } from '../testing/reading';
import { documentsOptionsSchema, type DocumentsOptions } from './documents.options';
import { IsolatedDocumentParser } from './isolated-document-parser';

jest.setTimeout(60_000);

const PDF = 'application/pdf';
const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const deep = 100_000;
const said = contentOf([{ y: 700, text: 'Said' }]);

async function read(mediaType: string, content: string | Uint8Array, { charset, ...options }: DocumentsOptions & { charset?: string } = {}): Promise<string> {
  const parser = new IsolatedDocumentParser(documentsOptionsSchema.parse(options));
  const source = { mediaType, ...(charset !== undefined && { charset }), bytes: chunksOf(content) };
  let text = '';
  for await (const part of parser.parse(source, new AbortController().signal)) text += part.text;
  return text;
}

describe('hostile documents', () => {
  describe('PDF', () => {
    it.each([
      ['encrypted', pdfFile(pdfObjects([said]), `/Encrypt << /Filter /Standard /V 1 /R 2 /O <${'00'.repeat(32)}> /U <${'11'.repeat(32)}> /P -4 >> /ID [<00><00>]`), 'encrypted'],
      ['nothing', Buffer.from('%PDF-1.7\n'), 'broken'],
      ['something else', Buffer.from('<html>Hello'), 'broken'],
      ['pages that are their own children', pdfFile({ ...pdfObjects([said]), 2: '<< /Type /Pages /Kids [2 0 R] /Count 1 >>' }), 'none of its pages'],
    ])('says what is wrong with one that is %s', async (_, bytes, reason) => {
      const found = await read(PDF, bytes).catch((error: unknown) => error);
      expect(found).toBeInstanceOf(DocumentUnreadableError);
      expect((found as Error).message).toMatch(reason);
    });

    it('finds what is there without a cross-reference table', async () => {
      expect(await read(PDF, Buffer.from(pdfFile(pdfObjects([said])).toString('latin1').replace(/startxref\n\d+/, 'startxref\n7'), 'latin1'))).toBe('Said\n\n');
    });

    it('reads the other pages where one is broken', async () => {
      const objects = { ...pdfObjects([said, said, contentOf([{ y: 700, text: 'Third' }])]), 8: streamOf('nothing that was deflated', '/Filter /FlateDecode') };
      expect(await read(PDF, pdfFile(objects))).toMatch(/^Said\s+Third\s+$/);
    });

    it('believes no count of pages', async () => {
      const found = await read(PDF, pdfFile({ ...pdfObjects([said]), 2: '<< /Type /Pages /Kids [5 0 R] /Count 999999999 >>' })).catch((error: unknown) => error);
      expect(found instanceof DocumentTooLargeError ? 'Said' : found).toContain('Said');
    });

    it('refuses more pages than it may read', async () => {
      await expect(read(PDF, pdfFile(pdfObjects([said, said, said])), { pages: 2 })).rejects.toThrow(new DocumentTooLargeError('pages', 2));
    });

    it('runs no script', async () => {
      const script = '<< /S /JavaScript /JS (globalThis.ran = true; app.alert\\(1\\); process.exit\\(1\\)) >>';
      const objects = { ...pdfObjects([said]), 1: `<< /Type /Catalog /Pages 2 0 R /OpenAction ${script} /AA << /WC ${script} >> >>` };
      expect(await read(PDF, pdfFile(objects))).toBe('Said\n\n');
    });

    it('unfolds no stream beyond its limit', async () => {
      const bomb = streamOf(deflateSync(Buffer.alloc(64 * 2 ** 20, ' ')), '/Filter /FlateDecode');
      const text = await read(PDF, pdfFile(pdfObjects([bomb, said])), { unfoldedBytes: 4 * 2 ** 20 });
      expect(text).toBe('Said\n\n');
    });

    it('ends a page of millions of texts, and nothing else', async () => {
      const bomb = streamOf(deflateSync(Buffer.from('BT /F1 9 Tf (abc) Tj ET '.repeat(2_000_000))), '/Filter /FlateDecode');
      await expect(read(PDF, pdfFile(pdfObjects([bomb])), { heapMiB: 64 })).rejects.toThrow(new DocumentTooLargeError('MiB in memory', 64));
    });

    it('ends a content that draws itself', async () => {
      const form = streamOf('/X0 Do', '/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X0 9 0 R >> >>');
      const page = '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> /XObject << /X0 9 0 R >> >> /Contents 6 0 R >>';
      const objects = { ...pdfObjects([`/X0 Do ${said}`, said]), 9: form, 5: page };
      expect(await read(PDF, pdfFile(objects), { stepMs: 30_000 }).catch((error: unknown) => (error instanceof DocumentTooLargeError ? 'Said' : error))).toContain('Said');
    });
  });

  describe('DOCX', () => {
    it('refuses one that would unfold to more than it may', async () => {
      const bomb = docxFile(paragraph('x'.repeat(8 * 2 ** 20)));
      expect(bomb.length).toBeLessThan(100_000);
      await expect(read(DOCX, bomb, { unfoldedBytes: 2 ** 20 })).rejects.toThrow(new DocumentTooLargeError('unfolded bytes', 2 ** 20));
    });

    it('unfolds no more than a part says that it does', async () => {
      const bomb = Buffer.from(docxFile(paragraph('x'.repeat(8 * 2 ** 20))));
      const central = bomb.indexOf('PK\u0001\u0002', bomb.indexOf('PK\u0001\u0002') + 1);
      bomb.writeUInt32LE(1_000, central + 24);
      const found = await read(DOCX, bomb, { unfoldedBytes: 2 ** 20 }).catch((error: unknown) => error);
      expect(found instanceof DocumentUnreadableError || (found as string).length < 2_000).toBe(true);
    });

    it.each([
      ['entities that multiply', docxFile(paragraph('&d;Said'), '', '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY d "&b;&b;&b;&b;">]>'), '&d;Said\n\n'],
      ['an entity of a file', docxFile(paragraph('&f;Said'), '', '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]>'), '&f;Said\n\n'],
    ])('expands no %s', async (_, bytes, text) => {
      expect(await read(DOCX, bytes)).toBe(text);
    });

    it.each([
      ['no archive', Buffer.from('hello'), 'ZIP'],
      ['encrypted', Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'encrypted'],
      ['another archive', zipSync({ 'a.txt': Buffer.from('x') }), 'word/document.xml'],
    ])('says what is wrong with %s', async (_, bytes, reason) => {
      await expect(read(DOCX, bytes)).rejects.toThrow(reason);
    });

    it('refuses tables within tables within tables', async () => {
      const found = await read(DOCX, docxFile(`${'<w:tbl><w:tr><w:tc>'.repeat(deep)}${paragraph('Said')}`)).catch((error: unknown) => error);
      expect(found).toBeInstanceOf(DocumentTooLargeError);
    });
  });

  describe('HTML', () => {
    it.each(['<div>', '<ul><li>', '<table><tr><td>', '<b>', '<blockquote><p>'])('refuses %s within itself a hundred thousand times', async (tag) => {
      await expect(read('text/html', `${tag.repeat(deep)}Said`)).rejects.toThrow(DocumentTooLargeError);
    });

    it('reads a few thousand of them', async () => {
      expect(await read('text/html', `${'<div>'.repeat(5_000)}Said`)).toBe('Said\n\n');
    });

    it('steps over an attribute of 32 MiB, and over 100,000 of them', async () => {
      expect(await read('text/html', `<p class="${'x'.repeat(32 * 2 ** 20)}">Said`)).toBe('Said\n\n');
      expect(await read('text/html', `<p ${Array.from({ length: deep }, (_, n) => `a${n}=1`).join(' ')}>Said`)).toBe('Said\n\n');
    });

    it.each(['<script>', '<style>', '<!--', '<![CDATA[', '<textarea>', '<title>', '<a href="'])('ends where %s does not', async (open) => {
      expect(await read('text/html', `Said${open}${'x '.repeat(1_000)}`)).toContain('Said');
    });
  });

  describe('Markdown', () => {
    it.each([
      ['quotes', '> '.repeat(deep)], ['lists', '- '.repeat(deep)], ['brackets', '['.repeat(deep)], ['images', '!['.repeat(deep)], ['stars', '*a_'.repeat(deep)],
      ['tags', '<a '.repeat(deep)], ['divs', '<div>\n'.repeat(5_000)], ['fences', '```\n'.repeat(deep)], ['columns', `${'|'.repeat(2_000)}\n${'|-'.repeat(2_000)}\n${'|x\n'.repeat(2_000)}`],
    ])('reads %s without end', async (_, markdown) => {
      expect(await read('text/markdown', `Said\n\n${markdown}`)).toContain('Said');
    });
  });

  describe('JSON and CSV', () => {
    it.each(['[', '{"a":'])('reads %s within itself a hundred thousand times', async (open) => {
      const close = open === '[' ? ']' : '}';
      expect(await read('application/json', `${open.repeat(deep)}"Said"${close.repeat(deep)}`)).toMatch(/Said\n$/);
    });

    it.each(['[', '{"a":', '{"a":1}}', '[1,]', '{"a"', 'nul', '"\\x"', '"', '{a:1}', ''])('says that %s is no JSON', async (json) => {
      await expect(read('application/json', json)).rejects.toThrow(DocumentUnreadableError);
    });

    it('says where a quote was not closed', async () => {
      await expect(read('text/csv', 'a,b\n1,2\n3,"4\n5,6\n')).rejects.toThrow('a quote in row 3 is not closed');
    });

    it('repeats no long name of a column, and reads a hundred thousand of them', async () => {
      expect((await read('text/csv', `${'n'.repeat(2 ** 20)}\n${'1\n'.repeat(100)}`)).length).toBeLessThan(20_000);
      expect(await read('text/csv', `${'n,'.repeat(deep)}\n${'1,'.repeat(deep)}\n`)).toMatch(/^n: 1, 1, 1/);
    });
  });

  it('refuses a charset that nobody knows, and takes no other for it', async () => {
    await expect(read('text/plain', 'x', { charset: 'klingon' })).rejects.toThrow("charset 'klingon' is unknown");
  });

  it.each(['text/plain', 'text/markdown', 'text/html', 'text/csv'])('reads bytes of something else as %s without lone surrogates and NULs', async (mediaType) => {
    const noise = Buffer.from(Array.from({ length: 10_000 }, (_, n) => (n * 7_919) % 251));
    const found = await read(mediaType, noise).catch((error: unknown) => (error instanceof DocumentUnreadableError ? '' : String(error)));
    expect(found).not.toMatch(/\0|\p{Surrogate}|Error/u);
  });
});
