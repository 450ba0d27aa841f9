import type { Timings } from '@cortex/kernel';

/** What a request went through as a `server-timing` value (W3C Server Timing); empty when nothing was recorded. */
export function serverTiming({ admissionMs, queueMs, tokenizeMs, runMs, cache, batch }: Timings): string {
  let text = '';
  if (admissionMs !== undefined) text += `, admission;dur=${milliseconds(admissionMs)}`;
  if (queueMs !== undefined) text += `, queue;dur=${milliseconds(queueMs)}`;
  if (tokenizeMs !== undefined) text += `, tokenize;dur=${milliseconds(tokenizeMs)}`;
  if (runMs !== undefined) text += `, run;dur=${milliseconds(runMs)}`;
  if (cache !== undefined) text += `, cache;desc=${cache}`;
  if (batch !== undefined) text += `, batch;desc="${batch.rows}/${batch.tokens}"`;
  return text.slice(2);
}

function milliseconds(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
