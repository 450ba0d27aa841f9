/** What a client sent that the database must run without another client's messages in between. */
export interface Unit {
  readonly bytes: Uint8Array;
  /** Whether the client goes on with the same work: it asked for what there is so far (`Flush`), before its `Sync`. */
  readonly continues: boolean;
}

/** What the front of the buffer is. `bytes` is how much of it that takes. */
export type Front =
  /** Nothing to do before there are so many bytes. */
  | { readonly kind: 'partial'; readonly atLeast: number }
  | { readonly kind: 'unit'; readonly bytes: number; readonly continues: boolean }
  /** A wish for encryption, which a socket in a private folder does not need. */
  | { readonly kind: 'encryption'; readonly bytes: number }
  /** Not for the database: the client leaves, or wants another one's statement cancelled, which WebAssembly cannot do. */
  | { readonly kind: 'leave' };

const SSL_REQUEST = 80877103;
const GSS_REQUEST = 80877104;
const CANCEL_REQUEST = 80877102;
const LENGTH_BYTES = 4;
const OPENING_BYTES = 2 * LENGTH_BYTES;
/** Messages after which the database answers `ReadyForQuery`: query, sync, function call. */
const ENDS_UNIT = new Set(['Q', 'S', 'F'].map((type) => type.charCodeAt(0)));
const FLUSH = 'H'.charCodeAt(0);
const TERMINATE = 'X'.charCodeAt(0);

/** What a connection begins with: untyped messages (PostgreSQL's protocol 3, "Message Formats"). */
export function openingIn(buffer: Buffer): Front {
  if (buffer.length < OPENING_BYTES) return { kind: 'partial', atLeast: OPENING_BYTES };
  const bytes = buffer.readUInt32BE(0);
  const code = buffer.readUInt32BE(LENGTH_BYTES);
  if (code === SSL_REQUEST || code === GSS_REQUEST) return { kind: 'encryption', bytes: OPENING_BYTES };
  if (code === CANCEL_REQUEST || bytes < OPENING_BYTES) return { kind: 'leave' };
  return buffer.length < bytes ? { kind: 'partial', atLeast: bytes } : { kind: 'unit', bytes, continues: false };
}

/** The messages up to the next point at which the database has answered everything. */
export function unitIn(buffer: Buffer): Front {
  let at = 0;
  while (at + 1 + LENGTH_BYTES <= buffer.length) {
    const type = buffer[at]!;
    const length = buffer.readUInt32BE(at + 1);
    if (type === TERMINATE || length < LENGTH_BYTES) return { kind: 'leave' };
    at += 1 + length;
    if (at > buffer.length) return { kind: 'partial', atLeast: at };
    if (ENDS_UNIT.has(type) || type === FLUSH) return { kind: 'unit', bytes: at, continues: type === FLUSH };
  }
  return { kind: 'partial', atLeast: at + 1 + LENGTH_BYTES };
}
