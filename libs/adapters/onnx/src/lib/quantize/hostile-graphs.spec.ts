import fc from 'fast-check';
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelFolder } from '../../testing/artifacts';
import { noise } from '../../testing/graphs';
import { graphOf, int8Of, K, N, product, values, w } from '../../testing/int8-subject';
import { tensorProto } from '../../testing/onnx-graph';
import { GraphError } from '../graph/graph.errors';
import { canBecomeInt8, writeInt8Graph } from './int8-graph';
import { message, type Field } from './protobuf';

let folder: ModelFolder;
beforeEach(async () => {
  folder = await ModelFolder.make();
});
afterEach(() => folder[Symbol.asyncDispose]());

describe('writeInt8Graph refuses', () => {
  const external = Buffer.concat([tensorProto('w', { ...w, data: new Float32Array(0) }), message([14, 1])]);
  const node = message([1, 'x'], [1, 'w'], [2, 'y'], [4, 'MatMul']);
  const made = (...fields: Field[]) => message([1, 9], [8, message([2, 20])], [7, message([1, node], ...fields)]);
  const lying = (shape: readonly number[]) => graphOf([product(['x', 'w'], 'y')], { w: { ...w, shape } });

  it.each<[string, Uint8Array, string]>([
    ['operators before opset 13', graphOf([product(['x', 'w'], 'y')], { w }, { opset: 12 }), 'opset 12, int8 needs 13'],
    ['weights in other files', made([5, external]), 'external data'],
    ['fewer bytes than the shape says', lying([K, N + 1]), 'the weight w has the shape 64 x 81 and 20480 bytes'],
    ['dimensions beyond all bytes', lying([2 ** 40, 2 ** 20]), 'too little for int8'],
    ['weights that are no numbers', graphOf([product(['x', 'w'], 'y')], { w: { ...w, data: values(w).map((value, at) => (at === 99 ? NaN : value)) } }), 'not a finite number'],
    ['half precision', graphOf([product(['x', 'w'], 'y')], { w: { dtype: 'float16', shape: [K, N], data: new Uint16Array(K * N) } }), 'too little for int8'],
    ['a graph without products', graphOf([product(['x', 'w'], 'y', 'Add')], { w }), 'too little for int8'],
    ['two graphs', message([7, message()], [7, message()]), 'a model has one graph, not 2'],
    ['no graph', message([1, 9]), 'a model has one graph, not 0'],
    ['an empty file', new Uint8Array(0), 'a model has one graph, not 0'],
  ])('%s, and leaves no file', async (_, bytes, reason) => {
    await expect(int8Of(folder, bytes)).rejects.toThrow(reason);
    expect(await readdir(folder.path)).toEqual(['fp32.onnx']);
  });

  it('what is int8 already', async () => {
    const { file } = await int8Of(folder, graphOf([product(['x', 'w'], 'y')], { w }));
    expect(() => writeInt8Graph(file, `${file}.again`)).toThrow('it is int8 already');
  });

  it('a file that is not there, without naming it', () => {
    expect(() => writeInt8Graph(join(folder.path, 'none.onnx'), join(folder.path, 'int8.onnx'))).toThrow(new GraphError('the disk refuses it (ENOENT)'));
  });

  it('graphs nested without end', async () => {
    let inner = message();
    for (let depth = 0; depth < 20; depth += 1) inner = message([1, message([5, message([1, 'body'], [6, inner])])]);
    await expect(int8Of(folder, message([7, inner]))).rejects.toThrow('more than 8 deep');
  });
});

describe('writeInt8Graph, given a hostile file,', () => {
  it('ends for values that hand each other on in a circle', async () => {
    const circle = [product(['w'], 'w', 'Identity'), product(['b'], 'a', 'Identity'), product(['a'], 'b', 'Identity'), product(['x', 'w'], 'y')];
    const { file } = await folder.add('circle', graphOf(circle, { w }));
    expect(canBecomeInt8(file)).toBe(false);
  });

  it('takes a weight that very many products read, and very many opsets, in its stride', async () => {
    const nodes = Array.from({ length: 20_000 }, (_, index) => product(['x', 'w'], `y${index}`));
    const opset = message([8, message([2, 20])]);
    const opsets = Buffer.alloc(200_000 * opset.length, opset);
    const { file } = await folder.add('many', Buffer.concat([opsets, graphOf(nodes, { w })]));
    expect(canBecomeInt8(file)).toBe(true);
  }, 30_000);

  it('refuses damaged files cleanly, or writes a file: any cut, any changed byte', async () => {
    const whole = graphOf([product(['x', 'w'], 'a'), product(['a', 'v', 'b'], 'y', 'Gemm', { transB: 1 })], { w, v: noise(9, [K, N]), b: noise(10, [K]) });
    const damage = fc.record({ at: fc.oneof(fc.nat(whole.length - 1), fc.nat(200)), byte: fc.nat(255), isCut: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(damage, async ({ at, byte, isCut }) => {
        const bytes = isCut ? whole.slice(0, at) : Uint8Array.from(whole);
        if (!isCut) bytes[at] = byte;
        const { file } = await folder.add('damaged', bytes);
        const to = `${file}.int8`;
        await rm(to, { force: true });
        const refusal = refusalOf(() => writeInt8Graph(file, to));
        expect(existsSync(to)).toBe(refusal === undefined);
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});

describe('canBecomeInt8', () => {
  it.each<[string, boolean, Uint8Array]>([
    ['most of whose weights products read', true, graphOf([product(['x', 'w'], 'y')], { w, b: noise(3, [N]) })],
    ['most of whose weights something else reads', false, graphOf([product(['x', 'w'], 'a'), product(['big'], 'y', 'Identity')], { w, big: noise(3, [K, 3 * N]) })],
    ['whose only product is small', false, graphOf([product(['x', 'w'], 'y')], { w: noise(2, [K, 4]) })],
    ['with a table and no product', false, graphOf([product(['w', 'x'], 'y', 'Gather')], { w: noise(2, [1_500, N]) })],
    ['that is none', false, Buffer.from('<html>not found</html>')],
  ])('says of a graph %s: %s', async (_, expected, bytes) => {
    const { file } = await folder.add('asked', bytes);
    expect(canBecomeInt8(file)).toBe(expected);
  });
});

/** Undefined, or the GraphError that was thrown; anything else is thrown on. */
function refusalOf(job: () => void): GraphError | undefined {
  try {
    job();
    return undefined;
  } catch (error) {
    if (error instanceof GraphError) return error;
    throw error;
  }
}
