import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { unzip } from 'node:zlib';
import { CallerGoneError, quote } from '@cortex/kernel';
import { BodyTooLargeError, MalformedBodyError, UnsupportedContentError } from './http.errors';

export type BodyDone = (error: Error | null, body?: Buffer) => void;
type Inflate = (body: Buffer, done: BodyDone) => void;

/** Makes a reader of request bodies: bytes as they came, inflated when they were deflated, never more than the limit. */
export function bodyReader(limitBytes: number): (headers: IncomingHttpHeaders, stream: Readable, done: BodyDone) => void {
  return (headers, stream, done) => {
    const inflate = inflaterFor(headers['content-encoding'], limitBytes);
    if (inflate instanceof Error) return done(inflate);
    if (Number(headers['content-length']) > limitBytes) return done(new BodyTooLargeError(limitBytes));
    collect(stream, limitBytes, inflate ? (error, body) => (body ? inflate(body, done) : done(error)) : done);
  };
}

function collect(stream: Readable, limitBytes: number, done: BodyDone): void {
  const chunks: Buffer[] = [];
  let length = 0;
  const onData = (chunk: Buffer) => {
    length += chunk.length;
    chunks.push(chunk);
    if (length > limitBytes) settle(new BodyTooLargeError(limitBytes));
  };
  const onEnd = () => settle(null, chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, length));
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
