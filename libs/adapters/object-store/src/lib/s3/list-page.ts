import type { ObjectInfo } from '@cortex/objects';

/** One answer of ListObjectsV2. */
export interface ListPage {
  readonly objects: readonly ObjectInfo[];
  /** Of the next page; undefined where this is the last one. */
  readonly token: string | undefined;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Reads a page. The client's own reading takes a key 007 for the number 7, and a plus for a space. */
export function readListPage(xml: string): ListPage {
  const objects = [...xml.matchAll(/<Contents>(.*?)<\/Contents>/gs)].map(([, entry = '']) => ({
    key: textIn(entry, 'Key') ?? '',
    bytes: Number(textIn(entry, 'Size')),
    modifiedAt: Date.parse(textIn(entry, 'LastModified') ?? ''),
  }));
  const isTruncated = textIn(xml, 'IsTruncated') === 'true';
  return { objects, token: isTruncated ? textIn(xml, 'NextContinuationToken') : undefined };
}

/** The elements that are read hold text alone. */
function textIn(xml: string, element: string): string | undefined {
  const [, text] = new RegExp(`<${element}>([^<]*)</${element}>`).exec(xml) ?? [];
  return text?.replace(/&(#?\w+);/g, (whole, entity: string) => (entity.startsWith('#') ? String.fromCodePoint(Number(entity.replace('#', '').replace(/^x/i, '0x'))) : (ENTITIES[entity] ?? whole)));
}
