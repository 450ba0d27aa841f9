import { RunFailedError, WorkerLostError, type TensorWork } from '@cortex/inference';
import { GraphError } from './graph/graph.errors';
import type { PackedResult } from './graph/packed-work';
import { OnnxModelSession } from './onnx-model-session';
import { ThreadLostError } from './threads/thread.errors';

const work: TensorWork = { kind: 'tensors', inputs: {} };
const result: PackedResult = { kind: 'tensors', outputs: {}, runMs: 1 };

function sessionWith(execute: () => Promise<PackedResult>) {
  const events: string[] = [];
  const place = { placement: 'workers', parallelism: 2, signature: { inputs: [], outputs: [] }, execute, release: async () => void events.push('released') } as const;
  return { events, session: new OnnxModelSession('m@1+fp32', place, () => events.push('closed')) };
}

describe('OnnxModelSession', () => {
  describe('run', () => {
    it('says which model refused the input, and why', async () => {
      const { session } = sessionWith(() => Promise.reject(new GraphError('rank 2 expected')));
      await expect(session.run(work)).rejects.toThrow(new RunFailedError('m@1+fp32', 'rank 2 expected'));
    });

    it('says that the worker was lost', async () => {
      const { session } = sessionWith(() => Promise.reject(new ThreadLostError()));
      await expect(session.run(work)).rejects.toThrow(WorkerLostError);
    });

    it('passes a bug on as it is', async () => {
      const { session } = sessionWith(() => Promise.reject(new TypeError('x is undefined')));
      await expect(session.run(work)).rejects.toThrow(TypeError);
    });

    it('makes room again after a failure', async () => {
      const { session } = sessionWith(() => Promise.reject(new GraphError('no')));
      for (let i = 0; i < 5; i += 1) await expect(session.run(work)).rejects.toThrow(RunFailedError);
    });
  });

  describe('close', () => {
    it('frees the memory once, after the running batches', async () => {
      let finish: (value: PackedResult) => void = () => undefined;
      const { session, events } = sessionWith(() => new Promise((resolve) => (finish = resolve)));
      const running = session.run(work).then(() => events.push('ran'));
      const closing = [session.close(), session.close()];
      finish(result);
      await Promise.all([running, ...closing]);
      expect(events).toEqual(['ran', 'released', 'closed']);
    });
  });
});
