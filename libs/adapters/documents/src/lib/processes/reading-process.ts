import { fork, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DocumentTooLargeError, DocumentUnreadableError } from '@cortex/query';
import type { DocumentsSettings } from '../documents.options';
import { FULL_EXIT_CODE, type ReadingAnswer, type ReadingSign, type ReadingWork } from './reading-messages';

/** As deep below the package in the sources as in the build: a process needs JavaScript, so it runs the build in both. */
const ENTRY = join(__dirname, '../../../dist/document-reader.js');

interface Waiting {
  readonly resolve: (sign: ReadingSign) => void;
  readonly reject: (error: unknown) => void;
}

/** The serving side of a process that reads one document after the other. Disposing of it ends it, whatever it does; memory or a wait above the limits ends it alone. */
export class ReadingProcess implements Disposable {
  readonly #child: ChildProcess;
  /** Of the document that is being read. */
  #mediaType = '';
  #waiting: Waiting | undefined;
  #lost: Error | undefined;

  constructor(private readonly limits: DocumentsSettings) {
    if (!existsSync(ENTRY)) throw new Error('the entry of the reading process is missing: build the documents project first');
    // What libraries print may quote the document.
    this.#child = fork(ENTRY, { serialization: 'advanced', execArgv: [`--max-old-space-size=${limits.heapMiB}`], env: {}, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    this.#child.on('message', (sign: ReadingSign) => this.#settle(({ resolve }) => resolve(sign)));
    this.#child.on('error', (error) => this.#lose(error));
    this.#child.on('exit', (code, signal) => this.#lose(this.#reasonOf(code, signal)));
  }

  get mediaType(): string {
    return this.#mediaType;
  }

  get isLost(): boolean {
    return this.#lost !== undefined;
  }

  [Symbol.dispose](): void {
    this.#child.kill('SIGKILL');
  }

  /** Lets this process end while nobody reads. */
  rest(): void {
    this.#child.unref();
    this.#child.channel?.unref();
  }

  /** The first sign of a document. @throws as `next` */
  begin({ about, first }: Pick<ReadingWork, 'about' | 'first'>, signal: AbortSignal): Promise<ReadingSign> {
    this.#mediaType = about.mediaType;
    this.#child.ref();
    this.#child.channel?.ref();
    return this.next(signal, { kind: 'work', about, first, limits: this.limits });
  }

  /** The next sign, after the one before was answered. @throws DocumentTooLargeError, DocumentUnreadableError, the signal's reason */
  async next(signal: AbortSignal, answer: ReadingAnswer): Promise<ReadingSign> {
    signal.throwIfAborted();
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

  async #answered(answer: ReadingAnswer): Promise<ReadingSign> {
    if (this.#lost) throw this.#lost;
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      // Where it cannot be sent the process is ending, and its exit tells why.
      this.#child.send(answer, () => undefined);
    });
  }

  #lose(error: Error): void {
    this.#lost ??= error;
    this.#fail(error);
  }

  #fail(error: unknown): void {
    this.#settle(({ reject }) => reject(error));
  }

  #settle(settle: (waiting: Waiting) => void): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) settle(waiting);
  }

  /** V8 aborts where its heap is full. */
  #reasonOf(code: number | null, signal: NodeJS.Signals | null): Error {
    if (code === FULL_EXIT_CODE) return new DocumentTooLargeError('MiB in memory', this.limits.memoryMiB);
    if (signal === 'SIGABRT') return new DocumentTooLargeError('MiB in memory', this.limits.heapMiB);
    return new DocumentUnreadableError(this.mediaType, `its reader ended with ${signal ?? `code ${code}`}`);
  }
}
