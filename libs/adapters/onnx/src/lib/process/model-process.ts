import { fork, type ChildProcess } from 'node:child_process';
import { NO_TELEMETRY } from '../no-telemetry';
import { PendingCalls } from '../threads/pending-calls';
import type { CallName, ThreadCalls, ThreadResponse } from '../threads/thread-calls';
import { ThreadLostError } from '../threads/thread.errors';
import type { ProcessHostOptions } from './process-host';

export interface ModelProcessOptions extends ProcessHostOptions {
  /** The script that the process runs. */
  readonly entry: string;
  /** How long a process that was asked to end may take, in milliseconds; then it is killed. */
  readonly exitMs: number;
}

/** The serving side of one child process, which is asked what a thread is asked and spreads it over threads of its own. */
export class ModelProcess implements AsyncDisposable {
  /** Called once, when the process ended without being asked. */
  onLost: () => void = () => undefined;
  readonly #child: ChildProcess;
  readonly #pending = new PendingCalls();
  /** Settled when the process is gone and everything it sent has been read. */
  readonly #ended: Promise<void>;
  #leaving: Promise<void> | undefined;
  #lost: ThreadLostError | undefined;

  constructor(private readonly options: ModelProcessOptions) {
    const { entry, threads, nice, restartsPerMinute } = options;
    const told: ProcessHostOptions = { threads, nice, restartsPerMinute };
    // Nothing of the server's environment: it holds secrets.
    this.#child = fork(entry, [JSON.stringify(told)], { env: NO_TELEMETRY, execArgv: [], serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.#child.on('message', (response) => this.#pending.settle(response as ThreadResponse));
    this.#ended = this.#watch();
  }

  get alive(): boolean {
    return this.#lost === undefined && this.#leaving === undefined;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** @throws GraphError, ThreadLostError */
  ask<C extends CallName>(call: C, args: ThreadCalls[C]['args']): Promise<ThreadCalls[C]['result']> {
    if (this.#lost) return Promise.reject(this.#lost);
    // What cannot be sent was asked of a process that is ending: the end itself fails the call.
    return this.#pending.ask(call, args, (request) => this.#child.send(request, () => undefined));
  }

  /** Lets the process finish what it was asked and end; kills it when that takes too long. Afterwards its memory is the system's. */
  exit(): Promise<void> {
    this.#leaving ??= this.#leave();
    return this.#leaving;
  }

  /** At once; what it was asked is lost. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.exit();
  }

  async #leave(): Promise<void> {
    if (this.#lost) return;
    const overdue = setTimeout(() => this.kill(), this.options.exitMs);
    await Promise.allSettled([this.ask('exit', {}), this.#ended]);
    clearTimeout(overdue);
  }

  async #watch(): Promise<void> {
    const cause = await endOf(this.#child);
    this.#lost = new ThreadLostError(`the model's process was lost (${cause})`);
    this.#pending.failAll(this.#lost);
    if (!this.#leaving) this.onLost();
  }
}

/** `SIGSEGV`, `code 1`, …, or why it did not start. The channel may outlive the process by the messages that are still in it. */
async function endOf(child: ChildProcess): Promise<string> {
  const disconnected = new Promise<void>((resolve) => child.once('disconnect', resolve));
  const cause = await new Promise<string>((resolve) => {
    child.on('error', (error: NodeJS.ErrnoException) => child.pid === undefined && resolve(error.code ?? error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `code ${code}`));
  });
  if (child.connected) await disconnected;
  return cause;
}
