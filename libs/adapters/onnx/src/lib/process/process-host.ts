import type { Clock } from '@cortex/kernel';
import { buffersOf, detached } from '../graph/packed-work';
import type { CallName, ThreadCalls, ThreadRequest } from '../threads/thread-calls';
import { ThreadPool } from '../threads/thread-pool';
import { workerEntry } from '../built-entry';

/** What a child process is told when it starts. */
export interface ProcessHostOptions {
  /** Inference threads of its own. */
  readonly threads: number;
  /** Niceness of the whole process. */
  readonly nice: number;
  /** Lost threads that it replaces within a minute. */
  readonly restartsPerMinute: number;
}

type Result<C extends CallName> = Promise<ThreadCalls[C]['result']>;

/** The inner side of a child process: what a thread can be asked, on a pool of threads. Batches run side by side. */
export class ProcessHost {
  readonly #pool: ThreadPool;
  /** The pool's number of a graph by the asker's. */
  readonly #sessions = new Map<number, number>();

  constructor(options: ProcessHostOptions, clock: Clock) {
    this.#pool = new ThreadPool({ ...options, entry: workerEntry() }, clock);
  }

  handle({ call, args }: ThreadRequest): Promise<unknown> {
    switch (call) {
      case 'open':
        return this.#open(args as ThreadCalls['open']['args']);
      case 'run':
        return this.#run(args as ThreadCalls['run']['args']);
      case 'close':
        return this.#close(args as ThreadCalls['close']['args']);
      case 'exit':
        return this.#pool.shutdown();
      default:
        return this.#pool.withThread((thread) => thread.ask<CallName>(call, args));
    }
  }

  async #open({ session, files, plan }: ThreadCalls['open']['args']): Result<'open'> {
    const opened = await this.#pool.open({ files, plan });
    this.#sessions.set(session, opened.session);
    return opened.signature;
  }

  /** Arrays that were received lie in one buffer, which is not ours to move: tensors are copied first, tokens are small. */
  #run({ session, work }: ThreadCalls['run']['args']): Result<'run'> {
    const given = detached(work);
    const move = given.kind === 'tensors' ? buffersOf(given) : [];
    return this.#pool.withThread((thread) => thread.ask('run', { session: this.#numberOf(session), work: given }, move));
  }

  async #close({ session }: ThreadCalls['close']['args']): Result<'close'> {
    await this.#pool.close(this.#numberOf(session));
    this.#sessions.delete(session);
  }

  #numberOf(session: number): number {
    const number = this.#sessions.get(session);
    if (number === undefined) throw new Error(`session ${session} is not open in this process. This is a bug.`);
    return number;
  }
}
