import { createHash } from 'node:crypto';
import { JsonLinesFormat, RowFormat, type InputRow, type OpenInput, type OutputRow, type ReadOptions, type RowError, type RowWindow } from '@cortex/batch-inference';
import { errorBody } from '../error-forms';

/** Rows as OpenAI's batches have them: a request a line, an answer or a refusal a line. Source: OpenAI API reference, "Batch". */
export class BatchLines extends RowFormat {
  readonly name = 'openai.jsonl';
  readonly contentType = 'application/jsonl';
  readonly #lines = new JsonLinesFormat();

  async *read(input: OpenInput, options: ReadOptions): AsyncGenerator<RowWindow> {
    for await (const window of this.#lines.read(input, options)) yield { ...window, rows: window.rows.map(requestOf) };
  }

  write(rows: readonly OutputRow[]): Uint8Array {
    return Buffer.from(rows.map(answerLine).join(''));
  }

  join(parts: AsyncIterable<AsyncIterable<Uint8Array>>): AsyncIterable<Uint8Array> {
    return this.#lines.join(parts);
  }
}

function requestOf(row: InputRow): InputRow {
  if ('error' in row) return row;
  const { custom_id: id } = row.fields;
  if (typeof id === 'string') return { id, fields: row.fields };
  return { error: { code: 'BATCH.BAD_LINE', message: 'custom_id: expected a string' } };
}

/** Ids follow from what the caller called the request, so that a line written again is the same. */
function answerLine(row: OutputRow): string {
  const { id: customId = null } = row;
  const hash = createHash('sha256').update(JSON.stringify(row.id === undefined ? row : customId)).digest('hex');
  const line = { id: `batch_req_${hash.slice(0, 24)}`, custom_id: customId };
  const requestId = hash.slice(24, 56);
  if ('error' in row) return `${JSON.stringify({ ...line, ...refusal(row.error, customId === null ? undefined : requestId) })}\n`;
  // The body is JSON already: large, and written once.
  return `${JSON.stringify(line).slice(0, -1)},"response":{"status_code":200,"request_id":"${requestId}","body":${String(row.values[0])}},"error":null}\n`;
}

/** A request that was refused has a response that says so; a line that is no request has none. */
function refusal({ code, message }: RowError, requestId: string | undefined): object {
  if (requestId === undefined) return { response: null, error: { code, message } };
  return { response: { status_code: 400, request_id: requestId, body: errorBody('openai', { status: 400, code, message }, requestId) }, error: null };
}
