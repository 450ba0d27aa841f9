import type { PDFDocumentProxy } from 'pdfjs-dist';
import type { TextItem } from 'pdfjs-dist/types/src/display/api.js';
import type { ReadingLimits } from '../../documents.options';
import { TooLargeError, UnreadableError } from '../../reading.errors';
import type { ReaderTerms } from '../reader';
import { boundByteArrays } from './bounded-arrays';
import { linesOf, type PdfLine } from './pdf-line';
import { loadPdfLibrary, pdfFiles } from './pdf-library';
import { writeParagraphs } from './pdf-paragraphs';

/** Nothing is evaluated, drawn, fetched, or taken from the system. */
const SAFE = { isEvalSupported: false, disableFontFace: true, useSystemFonts: false, useWasm: false, useWorkerFetch: false, enableXfa: false, maxImageSize: 1, verbosity: 0 };

/** A PDF's pages in order. A broken page is left out, unless all are. */
export async function readPdf(bytes: Uint8Array, terms: ReaderTerms): Promise<void> {
  boundByteArrays(terms.limits.unfoldedBytes);
  const document = await opened(bytes);
  if (document.numPages > terms.limits.pages) throw new TooLargeError('pages', terms.limits.pages);
  terms.writer.title = await titleOf(document);
  writeParagraphs(await linesOfPages(document, terms.limits), terms.writer);
}

async function opened(data: Uint8Array): Promise<PDFDocumentProxy> {
  const { getDocument } = await loadPdfLibrary();
  try {
    return await getDocument({ data, ...pdfFiles, ...SAFE }).promise;
  } catch (error) {
    const isEncrypted = error instanceof Error && error.name === 'PasswordException';
    throw new UnreadableError(isEncrypted ? 'it is encrypted, and no password is known' : 'it is no PDF, or a broken one', error);
  }
}

async function linesOfPages(document: PDFDocumentProxy, limits: ReadingLimits): Promise<PdfLine[]> {
  const lines: PdfLine[] = [];
  let [units, broken] = [0, 0];
  let cause: unknown;
  for (let page = 1; page <= document.numPages; page++) {
    try {
      const found = [...linesOf(await itemsOf(document, page), page)];
      units += found.reduce((sum, { text }) => sum + text.length, 0);
      lines.push(...found);
    } catch (error) {
      cause ??= error;
      broken += 1;
    }
    if (units > limits.textUnits) throw new TooLargeError('characters of text', limits.textUnits);
  }
  if (broken > 0 && broken === document.numPages) throw new UnreadableError('none of its pages can be read', cause);
  return lines;
}

async function itemsOf(document: PDFDocumentProxy, number: number): Promise<TextItem[]> {
  const page = await document.getPage(number);
  const { items } = await page.getTextContent();
  page.cleanup();
  return items.filter((item): item is TextItem => 'str' in item);
}

/** Programs write what they like there: names of files tell less than the first heading. */
async function titleOf(document: PDFDocumentProxy): Promise<string | undefined> {
  const { info } = await document.getMetadata();
  const title = 'Title' in info && typeof info.Title === 'string' ? info.Title : '';
  return /^(?:untitled|microsoft word - .*|.*\.(?:docx?|pdf|tex|dvi|indd|rtf))$/i.test(title.trim()) ? undefined : title;
}
