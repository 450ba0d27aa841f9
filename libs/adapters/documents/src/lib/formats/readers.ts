import type { DocumentKind } from '../media-types';
import { CsvReader } from './csv/csv-reader';
import { DecodingReader } from './decoding-reader';
import { readDocx } from './docx/read-docx';
import { charsetOfPage } from './html/charset-of-page';
import { HtmlReader } from './html/html-reader';
import { JsonReader } from './json/json-reader';
import { LimitedReader } from './limited-reader';
import { MarkdownReader } from './markdown/markdown-reader';
import { readPdf } from './pdf/read-pdf';
import type { Reader, ReaderTerms } from './reader';
import { PlainTextReader } from './text/plain-text-reader';
import { WholeReader } from './whole-reader';

/** Each kind's reader. */
export const READERS: Readonly<Record<DocumentKind, (terms: ReaderTerms) => Reader>> = {
  text: (terms) => new DecodingReader(new PlainTextReader(terms.writer), terms),
  markdown: (terms) => new DecodingReader(new MarkdownReader(terms.writer), terms),
  html: (terms) => new LimitedReader(new DecodingReader(new HtmlReader(terms.writer), terms, charsetOfPage), terms.limits.sourceBytes),
  pdf: (terms) => whole(terms, readPdf),
  json: (terms) => new DecodingReader(new JsonReader(terms, false), terms),
  'json-lines': (terms) => new DecodingReader(new JsonReader(terms, true), terms),
  csv: (terms) => new DecodingReader(new CsvReader(terms), terms),
  docx: (terms) => whole(terms, readDocx),
};

function whole(terms: ReaderTerms, readWhole: (bytes: Uint8Array, terms: ReaderTerms) => void | Promise<void>): Reader {
  return new LimitedReader(new WholeReader((bytes) => readWhole(bytes, terms)), terms.limits.sourceBytes);
}
