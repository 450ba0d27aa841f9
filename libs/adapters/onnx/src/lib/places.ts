import { GraphSession } from './graph/graph-session';
import { buffersOf, detached } from './graph/packed-work';
import type { Place } from './onnx-model-session';
import { warmUp } from './probe/probe';
import type { Graph, ThreadPool } from './threads/thread-pool';

/** On the calling thread, which each run blocks: for models that take less time than asking another thread. */
export async function openInline({ files, plan }: Graph): Promise<Place> {
  const session = await GraphSession.open(files);
  await warmUp(session, plan);
  return {
    placement: 'inline',
    parallelism: 1,
    signature: session.signature,
    execute: (work) => session.run(work),
    release: () => session.release(),
  };
}

/** On the inference threads, each with a session of its own. */
export async function openOnThreads(graph: Graph, pool: ThreadPool): Promise<Place> {
  const { session, signature } = await pool.open(graph);
  return {
    placement: 'workers',
    parallelism: pool.threads,
    signature,
    execute: (work) => {
      const given = detached(work);
      return pool.withThread((thread) => thread.ask('run', { session, work: given }, buffersOf(given)));
    },
    release: () => pool.close(session),
  };
}
