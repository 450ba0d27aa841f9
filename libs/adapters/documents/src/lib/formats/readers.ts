import type { DocumentKind } from '../media-types';
import { CsvReader } from './csv/csv-reader';
import { DecodingReader } from './decoding-reader';
import { charsetOfPage } from './html/charset-of-page';
import { LimitedReader } from './limited-reader';
import { readPdf } from './pdf/read-pdf';
import type { Reader, ReaderTerms } from './reader';
import { PlainTextReader } from './text/plain-text-reader';
import { WholeReader } from './whole-reader';

type ReaderFor = (terms: ReaderTerms) => Reader | Promise<Reader>;

/** Each kind's reader. Libraries are loaded where they are needed: that takes longer than reading a short document. */
export const READERS: Readonly<Record<DocumentKind, ReaderFor>> = {
  text: (terms) => new DecodingReader(new PlainTextReader(terms.writer), terms),
  csv: (terms) => new DecodingReader(new CsvReader(terms), terms),
  json: (terms) => jsonReader(terms, false),
  'json-lines': (terms) => jsonReader(terms, true),
  markdown: async (terms) => {
    const { MarkdownReader } = await import('./markdown/markdown-reader.js');
    return new DecodingReader(new MarkdownReader(terms.writer), terms);
  },
  html: async (terms) => {
    const { HtmlReader } = await import('./html/html-reader.js');
    return new LimitedReader(new DecodingReader(new HtmlReader(terms.writer), terms, charsetOfPage), terms.limits.sourceBytes);
  },
  docx: async (terms) => whole(terms, (await import('./docx/read-docx.js')).readDocx),
  pdf: (terms) => whole(terms, readPdf),
};

async function jsonReader(terms: ReaderTerms, isSequence: boolean): Promise<Reader> {
  const { JsonReader } = await import('./json/json-reader.js');
  return new DecodingReader(new JsonReader(terms.writer, isSequence), terms);
}

function whole(terms: ReaderTerms, readWhole: (bytes: Uint8Array, terms: ReaderTerms) => void | Promise<void>): Reader {
  return new LimitedReader(new WholeReader((bytes) => readWhole(bytes, terms)), terms.limits.sourceBytes);
}
