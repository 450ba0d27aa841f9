/** The kinds of documents that are read, and what they are called. The first name is the usual one. */
export const MEDIA_TYPES = {
  text: ['text/plain'],
  markdown: ['text/markdown', 'text/x-markdown'],
  html: ['text/html', 'application/xhtml+xml'],
  pdf: ['application/pdf'],
  json: ['application/json'],
  'json-lines': ['application/jsonl', 'application/x-ndjson', 'application/ndjson', 'application/x-jsonlines'],
  csv: ['text/csv', 'text/tab-separated-values'],
  docx: ['application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
} as const satisfies Record<string, readonly [string, ...string[]]>;

export type DocumentKind = keyof typeof MEDIA_TYPES;

export function kindOf(mediaType: string): DocumentKind | undefined {
  const kinds = Object.keys(MEDIA_TYPES) as DocumentKind[];
  return kinds.find((kind) => MEDIA_TYPES[kind].some((name) => name === mediaType));
}
