import { GraphError } from '../graph/graph.errors';
import type { CallName, ThreadCalls, ThreadRequest, ThreadResponse } from './thread-calls';
import { ThreadLostError } from './thread.errors';

interface Pending {
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
}

/** What was asked of the other side and is not answered yet. */
export class PendingCalls {
  /** By the number under which the answer will come. */
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;

  /** Numbers a call and sends it. @throws GraphError, ThreadLostError */
  ask<C extends CallName>(call: C, args: ThreadCalls[C]['args'], send: (request: ThreadRequest<C>) => void): Promise<ThreadCalls[C]['result']> {
    return new Promise((resolve, reject) => {
      const request: ThreadRequest<C> = { id: (this.#lastId += 1), call, args };
      this.#pending.set(request.id, { resolve, reject });
      send(request);
    });
  }

  settle(response: ThreadResponse): void {
    const pending = this.#pending.get(response.id);
    this.#pending.delete(response.id);
    if ('result' in response) pending?.resolve(response.result as never);
    else pending?.reject(errorOf(response));
  }

  /** Nobody is left to answer. */
  failAll(error: Error): void {
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }
}

function errorOf(response: Exclude<ThreadResponse, { result: unknown }>): Error {
  if ('refused' in response) return new GraphError(response.refused);
  return 'lost' in response ? new ThreadLostError(response.lost) : new Error(response.bug);
}
