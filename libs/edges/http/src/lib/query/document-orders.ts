import { Collections, Documents, type AcceptedDocuments, type CollectionRecord, type DocumentOrder } from '@cortex/query';
import { once, quote } from '@cortex/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { wholeBody } from '../body-stream';
import { UnsupportedContentError } from '../http.errors';
import type { HttpSettings } from '../http.options';
import { HTTP_SETTINGS } from '../http.tokens';
import { JSON_LINES_TYPE, JSON_LINES_TYPES, mediaTypeOf } from '../json-lines';
import { linesAs } from '../lines-as';
import { parseJson, readAs } from '../reading';
import type { Call } from '../route';
import { documentOrder, documentsRequest, type DocumentOrderBody, type DocumentQuery, type DocumentsRequest } from './documents-schemas';

const NAMELESS = 'application/octet-stream';
/** What curl says of any bytes. */
const FORM = 'application/x-www-form-urlencoded';

/** Documents in whatever form they come: as JSON, as lines of it, or one as it is. */
@Injectable()
export class DocumentOrders {
  constructor(private readonly collections: Collections, private readonly documents: Documents, @Inject(HTTP_SETTINGS) private readonly settings: HttpSettings) {}

  /** Of a list: lines are kept as they come. @throws UnsupportedContentError, BodyTooLargeError, InvalidRequestError, and as Documents */
  async add(collection: CollectionRecord, { headers, chunks, context }: Call<DocumentsRequest>): Promise<AcceptedDocuments> {
    const { maxBodyBytes } = this.settings;
    const type = mediaTypeOf(headers);
    if (JSON_LINES_TYPES.includes(type)) return this.documents.add(collection, ordersIn(linesAs(documentOrder, chunks!, maxBodyBytes)), context);
    if (type !== 'application/json') throw new UnsupportedContentError(`content-type is ${quote(type)}, expected application/json or ${JSON_LINES_TYPE}`);
    const { documents } = readAs(documentsRequest, parseJson(await wholeBody(chunks!, maxBodyBytes)));
    return this.documents.add(collection, documents.map(orderOf), context);
  }

  /** Of one, whose bytes are the body. @throws MalformedBodyError, and as Documents */
  async put(collection: CollectionRecord, { params: { id = '' }, headers, chunks, context, query: { metadata, ...about } }: Call<undefined, DocumentQuery>): Promise<AcceptedDocuments> {
    const { 'content-type': type = NAMELESS } = headers;
    const charset = /;\s*charset="?([\w.:-]{1,40})/i.exec(type)?.[1];
    const given = metadata === undefined ? undefined : parseJson(Buffer.from(metadata));
    return this.documents.add(collection, [{ id, mediaType: mediaTypeOf({ 'content-type': type === FORM ? NAMELESS : type }), charset, bytes: chunks!, ...about, metadata: given }], context);
  }

  /** @throws CollectionNotFoundError */
  collectionOf({ params: { collection = '' }, principal: { tenant } }: Call<unknown, unknown>): Promise<CollectionRecord> {
    return this.collections.get({ tenant, collection });
  }
}

function orderOf({ text, content, mediaType = 'text/plain', ...rest }: DocumentOrderBody): DocumentOrder {
  const bytes = text === undefined ? Buffer.from(content!, 'base64') : Buffer.from(text);
  return { ...rest, mediaType: mediaTypeOf({ 'content-type': mediaType }), bytes: once(bytes) };
}

async function* ordersIn(lines: AsyncIterable<DocumentOrderBody>): AsyncGenerator<DocumentOrder> {
  for await (const line of lines) yield orderOf(line);
}
