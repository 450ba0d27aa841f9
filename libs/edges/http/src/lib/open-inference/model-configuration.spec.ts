import type { Signature, TensorSpec } from '@cortex/inference';
import { ADMIN, serve } from '../../testing/served';

const tensor = (name: string, dtype: TensorSpec['dtype'], axes: TensorSpec['axes']): TensorSpec => ({ name, dtype, axes });

async function configurationOf(signature: Signature): Promise<object> {
  await using served = await serve();
  served.orchestrator.signature = signature;
  const response = await served.fastify.inject({ url: '/v2/models/tiny/config', headers: ADMIN });
  expect(response.statusCode).toBe(200);
  return response.json();
}

describe('model configuration', () => {
  it('leaves the batch axis out where requests share batches', async () => {
    const configuration = await configurationOf({
      inputs: [tensor('ids', 'int64', ['batch', 'sequence']), tensor('names', 'string', ['batch', 3])],
      outputs: [tensor('vector', 'float32', ['batch', 384])],
    });
    expect(configuration).toEqual({
      name: 'tiny', platform: 'onnxruntime_onnx', backend: 'onnxruntime', version_policy: { all: {} }, max_batch_size: 32, dynamic_batching: {},
      input: [{ name: 'ids', data_type: 'TYPE_INT64', dims: [-1] }, { name: 'names', data_type: 'TYPE_STRING', dims: [3] }],
      output: [{ name: 'vector', data_type: 'TYPE_FP32', dims: [384] }],
    });
  });

  it('shows every axis of a graph that has no batch axis', async () => {
    const configuration = await configurationOf({ inputs: [tensor('image', 'float16', [1, 3, 'height'])], outputs: [tensor('found', 'bool', ['count'])] });
    expect(configuration).toMatchObject({ max_batch_size: 0, input: [{ data_type: 'TYPE_FP16', dims: [1, 3, -1] }], output: [{ data_type: 'TYPE_BOOL', dims: [-1] }] });
    expect(configuration).not.toHaveProperty('dynamic_batching');
  });

  it('says one number a row as Triton does, which allows no empty dims', async () => {
    const configuration = await configurationOf({ inputs: [tensor('x', 'float32', ['batch', 2])], outputs: [tensor('score', 'float64', ['batch'])] });
    expect(configuration).toMatchObject({ output: [{ name: 'score', data_type: 'TYPE_FP64', dims: [1], reshape: { shape: [] } }] });
  });

  it('is there for a version too, and for no model that does not exist', async () => {
    await using served = await serve();
    const statusOf = async (url: string) => (await served.fastify.inject({ url, headers: ADMIN })).statusCode;
    expect(await statusOf('/v2/models/tiny/versions/1/config')).toBe(200);
    expect(await statusOf('/v2/models/tiny/versions/7/config')).toBe(404);
    expect(await statusOf('/v2/models/nothing/config')).toBe(404);
  });

  it('stands among the extensions of the server', async () => {
    await using served = await serve();
    expect((await served.fastify.inject({ url: '/v2', headers: ADMIN })).json()).toMatchObject({ extensions: expect.arrayContaining(['model_configuration']) });
  });
});
