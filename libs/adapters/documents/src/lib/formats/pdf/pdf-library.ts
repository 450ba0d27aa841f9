import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type * as Pdf from 'pdfjs-dist/legacy/build/pdf.mjs';

/** What draws pages: native code, which nothing that reads needs to load. */
const CANVAS = '@napi-rs/canvas';

const resolve = createRequire(__filename);
const folder = dirname(resolve.resolve('pdfjs-dist/package.json'));

/** Character maps of Chinese, Japanese and Korean, and metrics of the standard fonts, as files of the package. */
export const pdfFiles = { cMapUrl: join(folder, 'cmaps/'), cMapPacked: true, standardFontDataUrl: join(folder, 'standard_fonts/') };

/** The library without what draws. */
export async function loadPdfLibrary(): Promise<typeof Pdf> {
  withoutCanvas();
  return import('pdfjs-dist/legacy/build/pdf.mjs');
}

/** The library asks for it when it is loaded, and for a matrix that it only draws with. */
function withoutCanvas(): void {
  Object.assign(globalThis, { DOMMatrix: class DOMMatrix {} });
  const require = createRequire(join(folder, 'legacy/build/pdf.mjs'));
  try {
    const place = require.resolve(CANVAS);
    require.cache[place] ??= Object.assign(Object.create(null), { id: place, filename: place, loaded: true, exports: {} });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
  }
}
