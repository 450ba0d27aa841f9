import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { WriterLostError } from '../batch-inference.errors';
import { buffersOf, type PackedRows } from './packed-rows';
import type { Column } from './row-format.port';

/** As deep below the package in the sources as in the build: a thread needs JavaScript, so it runs the build in both. */
const ENTRY = join(__dirname, '../../../dist/line-writer.js');

/** Rows to be written. */
export interface Writing {
  readonly rows: PackedRows;
  readonly columns: readonly Column[];
}

interface Waiting {
  readonly resolve: (part: Uint8Array) => void;
  readonly reject: (error: Error) => void;
}

/** Writes lines on a thread of its own, which begins with the first and keeps the process from ending only while somebody waits. */
export class WriterThread {
  #worker: Worker | undefined;
  /** Answered in the order of asking. */
  #waiting: Waiting[] = [];

  /** The rows are handed over. @throws WriterLostError */
  write(writing: Writing): Promise<Uint8Array> {
    const worker = (this.#worker ??= this.#begin());
    return new Promise((resolve, reject) => {
      worker.postMessage(writing, buffersOf(writing.rows));
      this.#waiting.push({ resolve, reject });
      worker.ref();
    });
  }

  #begin(): Worker {
    if (!existsSync(ENTRY)) throw new Error('the entry of the writing thread is missing: build the batch-inference project first');
    const worker = new Worker(ENTRY);
    worker.on('message', (part: Uint8Array) => this.#written(part));
    let cause: unknown;
    worker.on('error', (error) => (cause = error));
    worker.on('exit', () => this.#lost(cause));
    return worker;
  }

  #written(part: Uint8Array): void {
    this.#waiting.shift()?.resolve(part);
    if (this.#waiting.length === 0) this.#worker?.unref();
  }

  /** The next one gets another thread. */
  #lost(cause: unknown): void {
    this.#worker = undefined;
    for (const { reject } of this.#waiting.splice(0)) reject(new WriterLostError(cause));
  }
}
