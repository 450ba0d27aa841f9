import { MEDIA_TYPES, type DocumentKind } from './media-types';

const EXTENSIONS: Readonly<Record<string, DocumentKind>> = {
  ...{ txt: 'text', text: 'text', log: 'text', md: 'markdown', markdown: 'markdown', mdown: 'markdown', htm: 'html', html: 'html', xhtml: 'html' },
  ...{ pdf: 'pdf', json: 'json', jsonl: 'json-lines', ndjson: 'json-lines', csv: 'csv', docx: 'docx' },
};

/** What a document's bytes say for certain is believed before its name, its name before a guess. `application/octet-stream` where nothing tells. */
export function mediaTypeOf(name: string, firstBytes: Uint8Array): string {
  const head = Buffer.from(firstBytes.buffer, firstBytes.byteOffset, Math.min(firstBytes.length, 4_096));
  const extension = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  const binary = binaryKindOf(head, extension);
  if (binary) return MEDIA_TYPES[binary][0];
  if (!isText(head)) return 'application/octet-stream';
  if (extension === 'tsv' || extension === 'tab') return 'text/tab-separated-values';
  return MEDIA_TYPES[named(extension) ?? guessed(head)][0];
}

/** Other documents of the office are ZIP archives too. */
function binaryKindOf(head: Buffer, extension: string): DocumentKind | undefined {
  if (head.subarray(0, 1_024).includes('%PDF-')) return 'pdf';
  const isZip = head.subarray(0, 4).equals(Buffer.from('PK\u0003\u0004'));
  return isZip && (extension === 'docx' || head.includes('word/')) ? 'docx' : undefined;
}

/** UTF-16 has NULs, and a byte order mark. */
function isText(head: Buffer): boolean {
  return !head.includes(0) || /^(?:\xff\xfe|\xfe\xff)/.test(head.toString('latin1', 0, 2));
}

/** A name of a binary format belongs to other bytes. */
function named(extension: string): DocumentKind | undefined {
  const kind = EXTENSIONS[extension];
  return kind === 'pdf' || kind === 'docx' ? undefined : kind;
}

function guessed(head: Buffer): DocumentKind {
  const text = head.toString('utf8').replace(/^\ufeff/, '').trimStart();
  if (/^(?:<!--[^]*?-->\s*)?<(?:!doctype html|html|head|body)\b/i.test(text)) return 'html';
  if (/^\{[^\n]*\}\r?\n\s*\{/.test(text)) return 'json-lines';
  return /^[[{]\s*["[{\]}\d-]/.test(text) ? 'json' : 'text';
}
