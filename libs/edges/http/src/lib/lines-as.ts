import { Lines, type Line } from '@cortex/batch-inference';
import type { ZodType } from 'zod';
import { InvalidRequestError, MalformedBodyError } from './http.errors';
import { parseJson, readAs } from './reading';

/** JSON lines held against a schema, as the bytes come; empty ones are passed over. @throws InvalidRequestError naming the line */
export async function* linesAs<T>(schema: ZodType<T>, chunks: AsyncIterable<Uint8Array>, maxLineBytes: number): AsyncGenerator<T> {
  let number = 0;
  for await (const line of linesOf(chunks, maxLineBytes)) {
    number += 1;
    if (line.text?.trim() !== '') yield readLine(schema, line, number);
  }
}

function readLine<T>(schema: ZodType<T>, { text: line, flaw }: Line, number: number): T {
  try {
    if (line === undefined) throw new MalformedBodyError(flaw!);
    return readAs(schema, parseJson(Buffer.from(line)));
  } catch (error) {
    throw new InvalidRequestError(`line ${number}`, `line ${number}: ${(error as Error).message}`);
  }
}

async function* linesOf(chunks: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Line> {
  const lines = new Lines(0, maxBytes);
  for await (const chunk of chunks) yield* lines.in(chunk);
  yield* lines.last();
}
