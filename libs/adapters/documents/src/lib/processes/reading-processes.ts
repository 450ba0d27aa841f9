import type { DocumentsSettings } from '../documents.options';
import { ReadingProcess } from './reading-process';
import { Seats } from './seats';

/** Starting a process takes as long as reading dozens of short documents; what many documents left in one is forgotten with it. */
const MOST_DOCUMENTS = 200;
const REST_MS = 10_000;

/** A process for the time of one document. Unless it is kept, leaving its `using` block ends it. */
export interface Reading extends Disposable {
  readonly process: ReadingProcess;
  /** The document was read to its end: the process is fit for another one. */
  keep(): void;
}

/** At most so many processes at once; those that have read a document to its end rest for a while, and read the next. */
export class ReadingProcesses {
  readonly #seats: Seats;
  readonly #resting = new Map<ReadingProcess, NodeJS.Timeout>();
  readonly #documents = new WeakMap<ReadingProcess, number>();

  constructor(private readonly settings: DocumentsSettings) {
    this.#seats = new Seats(settings.processes);
  }

  /** @throws the signal's reason */
  async take(signal: AbortSignal): Promise<Reading> {
    const seat = await this.#seats.take(signal);
    const process = this.#waken() ?? new ReadingProcess(this.settings);
    let isFit = false;
    const dispose = () => {
      if (isFit) this.#rest(process);
      else process[Symbol.dispose]();
      seat[Symbol.dispose]();
    };
    return { process, keep: () => void (isFit = true), [Symbol.dispose]: dispose };
  }

  #waken(): ReadingProcess | undefined {
    const [rested] = this.#resting.keys();
    if (!rested) return undefined;
    clearTimeout(this.#resting.get(rested));
    this.#resting.delete(rested);
    return rested.isLost ? this.#waken() : rested;
  }

  #rest(process: ReadingProcess): void {
    const documents = (this.#documents.get(process) ?? 0) + 1;
    if (documents >= MOST_DOCUMENTS) return process[Symbol.dispose]();
    this.#documents.set(process, documents);
    process.rest();
    this.#resting.set(process, setTimeout(() => this.#end(process), REST_MS).unref());
  }

  #end(process: ReadingProcess): void {
    this.#resting.delete(process);
    process[Symbol.dispose]();
  }
}
