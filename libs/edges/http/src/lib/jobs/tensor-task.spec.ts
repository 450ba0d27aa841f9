import { OverloadedError } from '@cortex/resource-governor';
import { chunksOf } from '@cortex/objects/testing';
import { serve, USER, type Served } from '../../testing/served';
import type { JobAnswer } from './jobs-schemas';

const row = (id: string, data: readonly number[], differs: object = {}) => JSON.stringify({ id, inputs: [{ name: 'x', datatype: 'FP32', shape: [1, data.length], data }], ...differs });

describe('TensorTask', () => {
  let served: Served;
  beforeEach(async () => {
    served = await serve();
  });
  afterEach(() => served[Symbol.asyncDispose]());

  const run = async (lines: readonly string[]) => {
    await served.objects.write('tenants/acme/rows.jsonl', chunksOf(lines.join('\n')));
    const begun = await served.fastify.inject({ method: 'POST', url: '/v1/jobs', headers: USER, payload: { model: 'tiny', input: { objectKey: 'rows.jsonl' } } });
    expect(begun.statusCode).toBe(202);
    const { id } = begun.json<JobAnswer>();
    for await (const job of served.jobs.watch(id, 'acme', AbortSignal.timeout(4_000))) if (job.error) throw new Error(job.error.message);
    const { body } = await served.fastify.inject({ method: 'GET', url: `/v1/jobs/${id}/output`, headers: USER });
    return body.split('\n').filter(Boolean).map((line) => JSON.parse(line) as Record<string, unknown>);
  };
  const echo = (data: readonly number[]) => [{ name: 'y', datatype: 'FP32', shape: [1, data.length], data }];

  it('answers a graph as it is, for a model without a head of its own', async () => {
    expect(await run([row('a', [1, 2]), row('b', [0.5])])).toEqual([{ id: 'a', outputs: echo([1, 2]) }, { id: 'b', outputs: echo([0.5]) }]);
  });

  it('fails the rows alone that cannot be run', async () => {
    served.orchestrator.run = ({ x }) => ({ y: { ...x!, data: (x!.data as Float32Array).map((value) => (value === 9 ? NaN : value)) } });
    const answers = await run([row('a', [1]), '{"id":"none"}', row('type', [1], { inputs: [{ name: 'x', datatype: 'FP33', shape: [1], data: [1] }] }), row('name', [1], { inputs: [{ name: 'z', datatype: 'FP32', shape: [1, 1], data: [1] }] }), row('shape', [1], { inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 2], data: [1] }] }), row('out', [1], { outputs: [{ name: 'q' }] }), row('nan', [9]), row('z', [2])]);
    expect(answers.map(({ id, error }) => [id, (error as { code: string } | undefined)?.code])).toEqual([
      ['a', undefined], ['none', 'BATCH.BAD_ROW'], ['type', 'REQUEST.INVALID'], ['name', 'INFERENCE.UNKNOWN_INPUT'], ['shape', 'INFERENCE.INVALID_DATA'], ['out', 'INFERENCE.UNKNOWN_OUTPUT'], ['nan', expect.any(String)], ['z', undefined],
    ]);
  });

  it('waits for a full house, and blames nobody', async () => {
    let refusals = 2;
    served.orchestrator.run = ({ x }) => {
      if ((refusals -= 1) >= 0) throw new OverloadedError('low', 1, 1, 10);
      return { y: x! };
    };
    expect(await run([row('a', [1])])).toEqual([{ id: 'a', outputs: echo([1]) }]);
  });
});
