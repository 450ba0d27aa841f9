import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { unzip } from 'node:zlib';
import { CallerGoneError, quote } from '@cortex/kernel';
import { BodyTooLargeError, MalformedBodyError, UnsupportedContentError } from './http.errors';

export type BodyDone = (error: Error | null, body?: Buffer) => void;
/** How much more than the limit is read for the sake of a clear answer. */
const DROPPED_BYTES = 64_000_000;

type Inflate = (body: Buffer, done: BodyDone) => void;

/** Makes a reader of request bodies: bytes as they came, inflated when they were deflated, never more than the limit. */
export function bodyReader(limitBytes: number): (headers: IncomingHttpHeaders, stream: Readable, done: BodyDone) => void {
  return (headers, stream, done) => {
    const inflate = inflaterFor(headers['content-encoding'], limitBytes);
    if (inflate instanceof Error) return done(inflate);
    collect(stream, limitBytes, inflate ? (error, body) => (body ? inflate(body, done) : done(error)) : done);
  };
}

/**
 * What is too large is read to its end and dropped before it is refused: a client that is still sending would meet a closed
 * connection instead of the answer. Beyond `DROPPED_BYTES` it is refused all the same.
 */
function collect(stream: Readable, limitBytes: number, done: BodyDone): void {
  const chunks: Buffer[] = [];
  let length = 0;
  const onData = (chunk: Buffer) => {
    length += chunk.length;
    if (length <= limitBytes) chunks.push(chunk);
    else if (length > limitBytes + DROPPED_BYTES) settle(new BodyTooLargeError(limitBytes));
    else chunks.length = 0;
  };
  const onEnd = () => {
    if (length > limitBytes) settle(new BodyTooLargeError(limitBytes));
    else settle(null, chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, length));
  };
  const onError = () => settle(new CallerGoneError());
  const settle: BodyDone = (error, body) => {
    stream.off('data', onData).off('end', onEnd);
    if (error) stream.pause();
    done(error, body);
  };
  stream.on('data', onData).on('end', onEnd).once('error', onError);
}

/** Undefined when there is nothing to inflate. */
function inflaterFor(encoding: string | undefined, limitBytes: number): Inflate | Error | undefined {
  if (encoding === undefined || encoding === 'identity') return undefined;
  if (!/^(gzip|x-gzip|deflate)$/i.test(encoding)) return new UnsupportedContentError(`content-encoding is ${quote(encoding)}, expected gzip, deflate or identity`);
  return (body, done) => unzip(body, { maxOutputLength: limitBytes }, (error, inflated) => done(error && inflateError(error, limitBytes), inflated));
}

function inflateError(error: NodeJS.ErrnoException, limitBytes: number): Error {
  if (error.code === 'ERR_BUFFER_TOO_LARGE') return new BodyTooLargeError(limitBytes);
  return new MalformedBodyError('the body cannot be inflated as its content-encoding says');
}
