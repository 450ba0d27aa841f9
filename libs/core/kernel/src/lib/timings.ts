/** What one request went through, filled in by the rooms it passes and shown as `server-timing`. Milliseconds. */
export class Timings {
  /** `name@version+variant` that answered. */
  model?: string;
  tokenizeMs?: number;
  /** In the governor's waiting room; absent for who was let in at once. */
  admissionMs?: number;
  /** From submission to the start of the run of the row that waited longest. */
  queueMs?: number;
  /** The run of the slowest batch that a row of this request travelled in. */
  runMs?: number;
  cache?: 'hit' | 'miss';
  /** The largest batch that a row of this request travelled in. */
  batch?: { readonly rows: number; readonly tokens: number };

  /** Records one batch of possibly several: the slowest and largest count. */
  ran(batch: { readonly queueMs: number; readonly runMs: number; readonly rows: number; readonly tokens: number }): void {
    this.queueMs = Math.max(this.queueMs ?? 0, batch.queueMs);
    this.runMs = Math.max(this.runMs ?? 0, batch.runMs);
    if (batch.tokens >= (this.batch?.tokens ?? 0)) this.batch = { rows: batch.rows, tokens: batch.tokens };
  }
}
