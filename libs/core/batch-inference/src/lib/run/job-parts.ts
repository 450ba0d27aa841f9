import type { JobCounts } from '@cortex/jobs';
import { once } from '@cortex/kernel';
import type { ObjectStore } from '@cortex/objects';
import type { BatchResult } from '../batch-job';
import type { Column, OutputRow, RowFormat } from '../formats/row-format.port';
import { partKey, seriesKey, type Series } from '../tenant-folder';

export interface JobPartsSettings {
  readonly store: ObjectStore;
  readonly folder: string;
  readonly format: RowFormat;
  readonly columns: readonly Column[];
  /** Where rows that failed go. */
  readonly errors: 'inline' | 'separate';
  readonly signal: AbortSignal;
}

/** What became of a job's rows, a part for each window until they are joined. Storing and joining again changes nothing. */
export class JobParts {
  constructor(private readonly settings: JobPartsSettings) {}

  /** The part of a window, whole or not at all. */
  async store(window: number, rows: readonly OutputRow[]): Promise<Pick<JobCounts, 'done' | 'failed'>> {
    const failed = rows.filter((row) => 'error' in row);
    if (this.settings.errors === 'inline') await this.#write('output', window, rows);
    else await Promise.all([this.#write('output', window, rows.filter((row) => !('error' in row))), this.#write('errors', window, failed)]);
    return { done: rows.length - failed.length, failed: failed.length };
  }

  /** All parts as files. */
  async join(windows: number, { done, failed }: JobCounts): Promise<Pick<BatchResult, 'output' | 'errors'>> {
    if (this.settings.errors === 'inline') return { output: { ...(await this.#join('output', windows)), rows: done + failed } };
    const [output, errors] = [await this.#join('output', windows), await this.#join('errors', windows)];
    return { output: { ...output, rows: done }, errors: { ...errors, rows: failed } };
  }

  async #write(series: Series, window: number, rows: readonly OutputRow[]): Promise<void> {
    const { store, folder, format, columns, signal } = this.settings;
    await store.write(partKey(folder, series, window), once(await format.write(rows, columns)), { signal });
  }

  async #join(series: Series, windows: number): Promise<{ readonly key: string; readonly bytes: number }> {
    const { store, folder, format, columns, signal } = this.settings;
    const { key, bytes } = await store.write(seriesKey(folder, series, format.name), format.join(this.#parts(series, windows), columns), { signal });
    return { key, bytes };
  }

  async *#parts(series: Series, windows: number): AsyncGenerator<AsyncIterable<Uint8Array>> {
    const { store, folder, signal } = this.settings;
    for (let window = 0; window < windows; window += 1) yield store.read(partKey(folder, series, window), { signal });
  }
}
