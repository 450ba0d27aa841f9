import { Readable } from 'node:stream';
import { CallerGoneError } from '@cortex/kernel';
import { Content } from '../content';
import { failureOf } from '../failure';
import { JSON_LINES_TYPE } from '../json-lines';

/** Answers as JSON lines, made as fast as the caller takes them. What fails before the first is refused; what fails later is the last line. */
export async function docLines(open: (signal: AbortSignal) => AsyncGenerator<object>, requestId: string): Promise<Content> {
  const gone = new AbortController();
  const docs = open(gone.signal);
  const first = await docs.next();
  const lines = Readable.from(written(first, docs, requestId), { objectMode: false });
  lines.on('close', () => gone.abort(new CallerGoneError()));
  return new Content(lines, JSON_LINES_TYPE);
}

async function* written(first: IteratorResult<object>, docs: AsyncGenerator<object>, requestId: string): AsyncGenerator<string> {
  try {
    for (let next = first; !next.done; next = await docs.next()) yield `${JSON.stringify(next.value)}\n`;
  } catch (error) {
    const { code, message } = failureOf(error, requestId);
    yield `${JSON.stringify({ error: { code, message } })}\n`;
  } finally {
    await docs.return(undefined);
  }
}
