import { zipSync } from 'fflate';
import { docxFile, paragraph } from '../testing/docx-file';
import { mediaTypeOf } from './media-type-of';

const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

describe('mediaTypeOf', () => {
  it.each([
    ['a.bin', '%PDF-1.7', 'application/pdf'],
    ['a.txt', '\n\n%PDF-1.4', 'application/pdf'],
    ['a.MD', '# A', 'text/markdown'],
    ['a.csv', 'a,b', 'text/csv'],
    ['a.tsv', 'a\tb', 'text/tab-separated-values'],
    ['a.jsonl', '{}', 'application/jsonl'],
    ['a.html', 'anything', 'text/html'],
    ['a.pdf', 'no PDF', 'text/plain'],
    ['', '\ufeff<!DOCTYPE html>', 'text/html'],
    ['page.php', '<!-- x -->\n<html lang=en>', 'text/html'],
    ['', '{"a":1}\n{"a":2}\n', 'application/jsonl'],
    ['', ' [ {"a": 1} ]', 'application/json'],
    ['', '[Note] see below', 'text/plain'],
    ['README', 'Hello', 'text/plain'],
    ['', '', 'text/plain'],
    ['a.txt', 'a\0b', 'application/octet-stream'],
    ['a.docx', 'a\0b', 'application/octet-stream'],
  ])('finds that of %j that begins with %j', (name, head, mediaType) => {
    expect(mediaTypeOf(name, Buffer.from(head))).toBe(mediaType);
  });

  it('tells a DOCX from other archives', () => {
    expect(mediaTypeOf('', docxFile(paragraph('x')))).toBe(DOCX);
    expect(mediaTypeOf('a.xlsx', zipSync({ '[Content_Types].xml': Buffer.from('x'), 'xl/workbook.xml': Buffer.alloc(9) }))).toBe('application/octet-stream');
  });

  it('takes UTF-16 with its mark for text', () => {
    expect(mediaTypeOf('a.txt', Buffer.from('\ufeffHello', 'utf16le'))).toBe('text/plain');
  });
});
