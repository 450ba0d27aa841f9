import type { Readable } from 'node:stream';

/** Said whole, so that Fastify need not complete it for every answer. */
export const JSON_TYPE = 'application/json; charset=utf-8';
export const BINARY_TYPE = 'application/octet-stream';
export const ARROW_TYPE = 'application/vnd.apache.arrow.stream';

/** A body that a handler has serialized itself (large arrays, binary tensors, pages), or that comes as it is read. */
export class Content {
  constructor(
    readonly payload: string | Buffer | Readable,
    readonly type: string = JSON_TYPE,
    readonly headers?: Readonly<Record<string, string>>,
  ) {}
}

/** Says in a header how many texts were cut to the model's length, where the protocol's body has no place for it. */
export function truncationHeader(truncated: number): Readonly<Record<string, string>> | undefined {
  return truncated > 0 ? { 'x-cortex-truncated': String(truncated) } : undefined;
}
