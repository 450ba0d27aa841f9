import { linesAs } from '../lines-as';
import { textLine } from './nlp-schemas';

export interface TextLine {
  readonly id?: string | number;
  readonly text: string;
}

/** The texts of JSON lines, as the bytes come; empty lines are passed over. @throws InvalidRequestError naming the line */
export async function* textLines(chunks: AsyncIterable<Uint8Array>, maxLineBytes: number): AsyncGenerator<TextLine> {
  for await (const { id, text } of linesAs(textLine, chunks, maxLineBytes)) yield { text, ...(id !== undefined && { id }) };
}
