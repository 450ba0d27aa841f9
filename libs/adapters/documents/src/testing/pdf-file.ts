/** Text at a place of a page, in points, from its lower left corner. */
export interface PdfText {
  readonly x?: number;
  readonly y: number;
  readonly size?: number;
  readonly text: string;
}

export type PdfObjects = Record<number, string | Buffer>;

const escaped = (text: string) => text.replace(/[\\()]/g, '\\$&');

/** The content of a page that says these texts. */
export function contentOf(texts: readonly PdfText[]): string {
  return texts.map(({ x = 72, y, size = 12, text }) => `BT /F1 ${size} Tf 1 0 0 1 ${x} ${y} Tm (${escaped(text)}) Tj ET`).join('\n');
}

export function streamOf(content: string | Buffer, entries = ''): Buffer {
  const bytes = Buffer.from(content as string, 'latin1');
  return Buffer.concat([Buffer.from(`<< /Length ${bytes.length} ${entries} >>\nstream\n`), bytes, Buffer.from('\nendstream')]);
}

/** The objects of a document of pages: 1 the catalog, 2 the pages, 3 the font, 4 the properties, then a page and its content each. */
export function pdfObjects(pages: readonly (string | Buffer)[], title = ''): PdfObjects {
  const objects: PdfObjects = {
    1: '<< /Type /Catalog /Pages 2 0 R >>',
    2: `<< /Type /Pages /Kids [${pages.map((_, page) => `${5 + page * 2} 0 R`).join(' ')}] /Count ${pages.length} >>`,
    3: '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    4: title ? `<< /Title (${escaped(title)}) >>` : '<< >>',
  };
  for (const [page, content] of pages.entries()) {
    objects[5 + page * 2] = `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents ${6 + page * 2} 0 R >>`;
    objects[6 + page * 2] = typeof content === 'string' ? streamOf(content) : content;
  }
  return objects;
}

/** The file of objects, with its cross-reference table. */
export function pdfFile(objects: PdfObjects, trailer = ''): Buffer {
  const parts = [Buffer.from('%PDF-1.7\n')];
  const places: number[] = [];
  let length = parts[0]!.length;
  for (const [id, object] of Object.entries(objects)) {
    places.push(length);
    const part = Buffer.concat([Buffer.from(`${id} 0 obj\n`), Buffer.from(object as string, 'latin1'), Buffer.from('\nendobj\n')]);
    length += part.length;
    parts.push(part);
  }
  const entries = places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('');
  const end = `xref\n0 ${places.length + 1}\n0000000000 65535 f \n${entries}trailer\n<< /Size ${places.length + 1} /Root 1 0 R /Info 4 0 R ${trailer} >>\nstartxref\n${length}\n%%EOF\n`;
  return Buffer.concat([...parts, Buffer.from(end)]);
}
