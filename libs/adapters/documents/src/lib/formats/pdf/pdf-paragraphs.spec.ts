import { DocumentWriter } from '../../writing/document-writer';
import { shown } from '../../../testing/reading';
import type { PdfLine } from './pdf-line';
import { writeParagraphs } from './pdf-paragraphs';

const line = (text: string, y: number, place: Partial<PdfLine> = {}): PdfLine => ({ text, y, x: 72, page: 1, size: 12, ...place });

function paragraphs(...lines: PdfLine[]) {
  const writer = new DocumentWriter();
  writeParagraphs(lines, writer);
  const [part] = writer.parts(true);
  return { title: part?.title, blocks: part ? shown(part) : [] };
}

describe('writeParagraphs', () => {
  it('joins the lines of a paragraph, and words that were divided', () => {
    expect(paragraphs(line('The wing flut-', 700), line('ters at high', 686), line('speed.', 672), line('Then it', 640), line('breaks.', 626)).blocks).toEqual(['text: The wing flutters at high speed.', 'text: Then it breaks.']);
  });

  it('keeps a hyphen before a name or a number', () => {
    expect(paragraphs(line('of Navier-', 700), line('Stokes, 3-', 686), line('4 times', 672)).blocks).toEqual(['text: of Navier- Stokes, 3- 4 times']);
  });

  it('takes what is set clearly larger for headings, the largest first, and the first page for the title', () => {
    const body = line('body text '.repeat(30), 500);
    const found = paragraphs(line('Small', 760, { size: 14 }), line('Large', 720, { size: 24 }), line('Title', 692, { size: 24 }), line('Medium', 600, { size: 18 }), body, line('Not larger', 300, { size: 13 }));
    expect(found.blocks.filter((block) => block.startsWith('heading'))).toEqual(['heading 3: Small', 'heading 1: Large Title', 'heading 2: Medium']);
    expect(found.title).toBe('Large');
  });

  it('begins anew at items, at columns and at pages', () => {
    expect(paragraphs(line('One', 100), line('• a', 86), line('• b', 72), line('right', 700), line('next', 686, { page: 2 })).blocks).toEqual(['text: One', 'list: • a', 'list: • b', 'text: right', 'text: next']);
  });

  it('says nothing of a document without text', () => {
    expect(paragraphs().blocks).toEqual([]);
  });
});
