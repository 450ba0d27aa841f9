import { GraphError } from '../graph/graph.errors';
import type { ThreadRequest, ThreadResponse } from './thread-calls';
import { ThreadLostError } from './thread.errors';

/** What to send back for a request, whatever becomes of it. */
export async function answer({ id }: ThreadRequest, handle: () => Promise<unknown>): Promise<ThreadResponse> {
  try {
    return { id, result: (await handle()) as never };
  } catch (error) {
    if (error instanceof GraphError) return { id, refused: error.reason };
    if (error instanceof ThreadLostError) return { id, lost: error.message };
    return { id, bug: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
