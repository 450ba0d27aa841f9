import { InvalidRequestError } from '../http.errors';
import { parseJson, readAs } from '../reading';
import { textLine } from './nlp-schemas';

export interface TextLine {
  readonly id?: string | number;
  readonly text: string;
}

const NEWLINE = 0x0a;

/** The texts of JSON lines, as the bytes come; empty lines are passed over. @throws MalformedBodyError, InvalidRequestError naming the line */
export async function* textLines(chunks: AsyncIterable<Uint8Array>, maxLineBytes: number): AsyncGenerator<TextLine> {
  let number = 0;
  for await (const line of linesOf(chunks, maxLineBytes)) {
    number += 1;
    if (line.toString().trim() === '') continue;
    yield readLine(line, number);
  }
}

function readLine(line: Buffer, number: number): TextLine {
  try {
    const { id, text } = readAs(textLine, parseJson(line));
    return { text, ...(id !== undefined && { id }) };
  } catch (error) {
    throw new InvalidRequestError(`line ${number}`, `line ${number}: ${(error as Error).message}`);
  }
}

async function* linesOf(chunks: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Buffer> {
  let pieces: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    let rest = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE)) {
      yield Buffer.concat([...pieces, rest.subarray(0, end)]);
      [pieces, bytes, rest] = [[], 0, rest.subarray(end + 1)];
    }
    pieces.push(rest);
    bytes += rest.length;
    if (bytes > maxBytes) throw new InvalidRequestError('line', `a line has more than ${maxBytes} bytes`);
  }
  if (bytes > 0) yield Buffer.concat(pieces);
}
