import { Lines, type Line } from '@cortex/batch-inference';
import { InvalidRequestError, MalformedBodyError } from '../http.errors';
import { parseJson, readAs } from '../reading';
import { textLine } from './nlp-schemas';

export interface TextLine {
  readonly id?: string | number;
  readonly text: string;
}

/** The texts of JSON lines, as the bytes come; empty lines are passed over. @throws InvalidRequestError naming the line */
export async function* textLines(chunks: AsyncIterable<Uint8Array>, maxLineBytes: number): AsyncGenerator<TextLine> {
  let number = 0;
  for await (const line of linesOf(chunks, maxLineBytes)) {
    number += 1;
    if (line.text?.trim() !== '') yield readLine(line, number);
  }
}

function readLine({ text: line, flaw }: Line, number: number): TextLine {
  try {
    if (line === undefined) throw new MalformedBodyError(flaw!);
    const { id, text } = readAs(textLine, parseJson(Buffer.from(line)));
    return { text, ...(id !== undefined && { id }) };
  } catch (error) {
    throw new InvalidRequestError(`line ${number}`, `line ${number}: ${(error as Error).message}`);
  }
}

async function* linesOf(chunks: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Line> {
  const lines = new Lines(0, maxBytes);
  for await (const chunk of chunks) yield* lines.in(chunk);
  yield* lines.last();
}
