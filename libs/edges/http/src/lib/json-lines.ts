import type { IncomingHttpHeaders } from 'node:http';

export const JSON_LINES_TYPE = 'application/x-ndjson';
/** As its senders call it. */
export const JSON_LINES_TYPES: readonly string[] = [JSON_LINES_TYPE, 'application/jsonl', 'application/jsonlines'];

/** The body's media type without parameters; nothing said is JSON. */
export function mediaTypeOf({ 'content-type': type = 'application/json' }: IncomingHttpHeaders): string {
  return type.split(';', 1)[0]!.trim().toLowerCase();
}

/** Whether the caller takes JSON lines and does not name JSON. */
export function wantsLines({ accept = '' }: IncomingHttpHeaders): boolean {
  return JSON_LINES_TYPES.some((type) => accept.includes(type)) && !/application\/json(?!l)/.test(accept);
}
