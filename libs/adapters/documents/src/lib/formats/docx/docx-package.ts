import { TooLargeError, UnreadableError } from '../../reading.errors';
import { unzipSync } from 'fflate';

/** The parts of a DOCX that say something, as XML. */
export interface DocxParts {
  readonly document: string;
  readonly styles: string;
  readonly properties: string;
}

const WANTED = /^(?:word\/(document|styles)\d*|docProps\/(core))\.xml$/;

/** Unfolds what is wanted and nothing else, none of it to more than it says and may. @throws UnreadableError, TooLargeError */
export function openDocx(bytes: Uint8Array, maxBytes: number): DocxParts {
  const found = new Map<string, string>();
  for (const [name, content] of Object.entries(unfolded(bytes, maxBytes))) {
    const [, part, core] = WANTED.exec(name)!;
    found.set(part ?? core!, decoded(content));
  }
  const document = found.get('document');
  if (document === undefined) throw new UnreadableError('it holds no word/document.xml');
  return { document, styles: found.get('styles') ?? '', properties: found.get('core') ?? '' };
}

function unfolded(bytes: Uint8Array, maxBytes: number): Record<string, Uint8Array> {
  if (bytes[0] === 0xd0 && bytes[1] === 0xcf) throw new UnreadableError('it is encrypted, or a document of Word before 2007');
  let total = 0;
  const filter = ({ name, originalSize }: { name: string; originalSize: number }) => {
    if (!WANTED.test(name)) return false;
    total += originalSize;
    if (total > maxBytes) throw new TooLargeError('unfolded bytes', maxBytes);
    return true;
  };
  try {
    return unzipSync(bytes, { filter });
  } catch (error) {
    if (error instanceof TooLargeError) throw error;
    throw new UnreadableError('it is no ZIP archive, or a broken one', error);
  }
}

function decoded(content: Uint8Array): string {
  const isUtf16 = content[0] === 0xff && content[1] === 0xfe;
  return new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8').decode(content);
}
