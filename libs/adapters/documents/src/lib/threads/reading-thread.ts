import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { DocumentTooLargeError, DocumentUnreadableError } from '@cortex/query';
import type { DocumentsSettings } from '../documents.options';
import type { ThreadAnswer, ThreadSign, ThreadWork } from './thread-messages';

/** As deep below the package in the sources as in the build: a thread needs JavaScript, so it runs the build in both. */
const ENTRY = join(__dirname, '../../../dist/document-reader.js');

const YOUNG_MIB = 32;

interface Waiting {
  readonly resolve: (sign: ThreadSign) => void;
  readonly reject: (error: unknown) => void;
}

/** The serving side of a thread that reads one document. Leaving its `using` block ends it, whatever it does; a heap or a wait above the limits ends it alone. */
export class ReadingThread implements AsyncDisposable {
  readonly #worker: Worker;
  #waiting: Waiting | undefined;
  #lost: Error | undefined;

  constructor(
    private readonly work: ThreadWork,
    private readonly limits: Pick<DocumentsSettings, 'heapMiB' | 'stepMs'>,
  ) {
    if (!existsSync(ENTRY)) throw new Error('the entry of the reading thread is missing: build the documents project first');
    const resourceLimits = { maxOldGenerationSizeMb: limits.heapMiB, maxYoungGenerationSizeMb: YOUNG_MIB };
    this.#worker = new Worker(ENTRY, { workerData: work, resourceLimits, env: {}, stdout: true, stderr: true });
    // What libraries print may quote the document.
    for (const output of [this.#worker.stdout, this.#worker.stderr]) output.resume();
    this.#worker.on('message', (sign: ThreadSign) => this.#settle(({ resolve }) => resolve(sign)));
    this.#worker.on('error', (error: Error) => this.#lose(error));
    this.#worker.on('exit', (code) => this.#lose(new Error(`the thread ended with code ${code}`)));
  }

  get mediaType(): string {
    return this.work.about.mediaType;
  }

  /** The next sign: at first without an answer to the one before. @throws DocumentTooLargeError, DocumentUnreadableError, the signal's reason */
  async next(signal: AbortSignal, answer?: ThreadAnswer): Promise<ThreadSign> {
    signal.throwIfAborted();
    if (this.#lost) throw this.#reason(this.#lost);
    const { stepMs } = this.limits;
    const timer = setTimeout(() => this.#fail(new DocumentTooLargeError('milliseconds of work at one step', stepMs)), stepMs);
    const leave = () => this.#fail(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    try {
      return await this.#answered(answer);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', leave);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
  }

  #answered(answer: ThreadAnswer | undefined): Promise<ThreadSign> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      if (answer) this.#worker.postMessage(answer, answer.kind === 'bytes' ? [answer.bytes.buffer] : []);
    });
  }

  #lose(error: Error): void {
    this.#lost ??= error;
    this.#fail(this.#reason(this.#lost));
  }

  #fail(error: unknown): void {
    this.#settle(({ reject }) => reject(error));
  }

  #settle(settle: (waiting: Waiting) => void): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) settle(waiting);
  }

  #reason(error: Error): Error {
    const isFull = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
    return isFull ? new DocumentTooLargeError('MiB in memory', this.limits.heapMiB) : new DocumentUnreadableError(this.mediaType, 'its reader was lost', error);
  }
}
