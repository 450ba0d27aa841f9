import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Busboy, type BusboyHeaders, type BusboyInstance } from '@fastify/busboy';
import { CortexError, quote } from '@cortex/kernel';
import { InvalidRequestError, MalformedBodyError, UnsupportedContentError } from './http.errors';

/** What surrounds the one file of a form. */
const LIMITS = { files: 1, fields: 20, parts: 21, fieldSize: 1_000, headerPairs: 20, headerSize: 8_000 };

/** The file of a form, as it comes. */
export interface FormFile {
  readonly filename: string;
  readonly chunks: AsyncIterable<Uint8Array>;
  /** The form's fields, those behind the file too: to be asked once the file is read. @throws MalformedBodyError */
  fields(): Promise<ReadonlyMap<string, string>>;
}

/** Reads a `multipart/form-data` body up to its file, which has that name. @throws UnsupportedContentError, MalformedBodyError, InvalidRequestError where there is no such file */
export async function readFormFile(name: string, chunks: AsyncIterable<Uint8Array>, { 'content-type': type }: IncomingHttpHeaders): Promise<FormFile> {
  const form = formOf(type);
  const source = Readable.from(chunks);
  const fields = new Map<string, string>();
  let open: Readable | undefined;
  form.on('field', (field, value) => void fields.set(field, value));
  const file = new Promise<FormFile>((found) => {
    form.on('file', (field, stream, filename) => {
      open = stream.on('error', () => undefined); // whoever reads it hears of it
      if (field === name) found({ filename: filename ?? '', chunks: chunksOf(stream, source), fields: () => ended });
      else stream.resume();
    });
  });
  const ended = pipeline(source, form).then(() => fields, (error: unknown) => {
    const failure = error instanceof CortexError ? error : new MalformedBodyError('the form is not whole');
    open?.destroy(failure);
    throw failure;
  });
  ended.catch(() => undefined); // it is thrown to whoever asks for the fields
  const nothing = ended.then(() => Promise.reject(new InvalidRequestError(name, `${name}: expected a file in the form, got none`)));
  return Promise.race([file, nothing]);
}

function formOf(type = 'nothing'): BusboyInstance {
  if (!/^multipart\/form-data\s*;/i.test(type)) throw new UnsupportedContentError(`content-type is ${quote(type)}, expected multipart/form-data`);
  try {
    return new Busboy({ headers: { 'content-type': type } as BusboyHeaders, limits: LIMITS });
  } catch {
    throw new MalformedBodyError('the form has no boundary');
  }
}

/** Whoever stops in the middle ends the reading of the whole form. */
async function* chunksOf(stream: Readable, source: Readable): AsyncGenerator<Uint8Array> {
  let isWhole = false;
  try {
    for await (const chunk of stream) yield chunk as Uint8Array;
    isWhole = true;
  } catch (error) {
    throw error instanceof CortexError ? error : new MalformedBodyError('the form ends before its file does');
  } finally {
    if (!isWhole) source.destroy();
  }
}
