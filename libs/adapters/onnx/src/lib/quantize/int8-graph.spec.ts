import type { Tensor } from '@cortex/inference';
import fc from 'fast-check';
import { readFile } from 'node:fs/promises';
import { ModelFolder } from '../../testing/artifacts';
import { noise } from '../../testing/graphs';
import { graphOf, int8Of, K, N, product, run, values, w, x } from '../../testing/int8-subject';
import { tensorProto, type OnnxGraph } from '../../testing/onnx-graph';
import type { StoredModel } from './onnx-file';
import { message } from './protobuf';

type Nodes = OnnxGraph['nodes'];

let folder: ModelFolder;
beforeEach(async () => {
  folder = await ModelFolder.make();
});
afterEach(() => folder[Symbol.asyncDispose]());

const count = ({ graph }: StoredModel, op: string) => graph.nodes.filter((node) => node.op === op).length;

/** The recipe in plain loops, every sum exact: a row of x times a [K, N] matrix. */
function recipe(row: Float32Array, weight: Float32Array, columns: number): number[] {
  const top = Math.max(1e-12, ...row.map(Math.abs));
  const quantized = Array.from(row, (value) => halfToEven(Math.fround(value * Math.fround(127 / top))));
  return Array.from({ length: columns }, (_, column) => {
    const own = Array.from(row, (_value, k) => weight[k * columns + column]!);
    const pairs = own.map((value, k) => (k % 2 === 0 ? Math.abs(value + (own[k + 1] ?? 0)) : 0));
    const scale = Math.fround(Math.max(1e-12, ...own.map(Math.abs), ...pairs.map(Math.fround)) / 127);
    const sum = own.reduce((total, value, k) => total + quantized[k]! * Math.round(value / scale), 0);
    return sum * (top / 127) * scale;
  });
}

function halfToEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

function expectClose(actual: readonly number[], expected: readonly number[], tolerance = 1e-4): void {
  const size = Math.max(1, ...expected.map(Math.abs));
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, index) => expect(Math.abs(value - expected[index]!)).toBeLessThanOrEqual(tolerance * size));
}

function turned({ shape, data }: Tensor): Tensor {
  const [rows = 0, columns = 0] = shape;
  const from = data as Float32Array;
  return { dtype: 'float32', shape: [columns, rows], data: Float32Array.from({ length: rows * columns }, (_, at) => from[(at % rows) * columns + Math.floor(at / rows)]!) };
}

describe('writeInt8Graph', () => {
  const expected = [0, 1, 2].flatMap((row) => recipe(values(x).slice(row * K, (row + 1) * K), values(w), N));

  it.each([13, 17, 18, 20, 21])('multiplies rows by int8 weights under opset %i', async (opset) => {
    const { file, model } = await int8Of(folder, graphOf([product(['x', 'w'], 'y')], { w }, { opset }));
    expectClose((await run(file, { x })).y!, expected);
    expect(count(model, 'MatMul')).toBe(0);
  });

  it('follows the recipe for any sizes and values, the largest included', async () => {
    const extreme = fc.constantFrom(-1, 1, 1, 0.9);
    const sizes = fc.record({ k: fc.integer({ min: 1, max: 70 }), extra: fc.integer({ min: 0, max: 30 }), rows: fc.integer({ min: 1, max: 4 }), seed: fc.nat() });
    await fc.assert(
      fc.asyncProperty(sizes, fc.array(extreme, { minLength: 2, maxLength: 9 }), async ({ k, extra, rows, seed }, extremes) => {
        const columns = Math.ceil(4_096 / k) + extra;
        const weight = noise(seed, [k, columns]);
        const input = noise(seed + 1, [rows, k]);
        values(weight).forEach((_, at, all) => (all[at] = at % 3 === 0 ? all[at]! : extremes[at % extremes.length]!));
        values(input).forEach((_, at, all) => (all[at] = at % 2 === 0 ? 1 : all[at]!));
        const { file } = await int8Of(folder, graphOf([product(['x', 'w'], 'y')], { w: weight }, { width: k }));
        const plain = Array.from({ length: rows }, (_, row) => recipe(values(input).slice(row * k, (row + 1) * k), values(weight), columns));
        expectClose((await run(file, { x: input })).y!, plain.flat());
      }),
      { numRuns: 25 },
    );
  }, 60_000);

  it('gives a row the same bits alone and among others', async () => {
    const { file } = await int8Of(folder, graphOf([product(['x', 'w'], 'y')], { w }));
    const alone = await run(file, { x: { ...x, shape: [1, K], data: values(x).slice(K, 2 * K) } });
    expect((await run(file, { x })).y!.slice(N, 2 * N)).toEqual(alone.y);
  });

  it.each([
    ['as it lies', { transB: 0 }, w],
    ['turned', { transB: 1 }, turned(w)],
  ])('takes a Gemm whose weight is read %s, with its bias', async (_, attributes, weight) => {
    const bias = noise(3, [N]);
    const { file, model } = await int8Of(folder, graphOf([product(['x', 'w', 'b'], 'y', 'Gemm', attributes)], { w: weight, b: bias }));
    expectClose((await run(file, { x })).y!, expected.map((value, at) => value + values(bias)[at % N]!));
    expect(count(model, 'Gemm')).toBe(0);
  });

  it.each<[string, Nodes, Record<string, Tensor>]>([
    ['Transpose', [product(['w'], 't', 'Transpose', { perm: [1, 0] })], { w: turned(w) }],
    ['Identity', [product(['w'], 't', 'Identity')], { w }],
    ['Constant', [product([], 't', 'Constant', { value: tensorProto('', w) })], {}],
    ['two Transposes', [product(['w'], 's', 'Transpose', { perm: [1, 0] }), product(['s'], 't', 'Transpose', { perm: [1, 0] })], { w }],
  ])('finds a weight behind %s, which goes', async (_, before, weights) => {
    const { file, model } = await int8Of(folder, graphOf([...before, product(['x', 't'], 'y')], weights));
    expectClose((await run(file, { x })).y!, expected);
    expect(model.graph.nodes.some(({ op }) => ['Transpose', 'Identity', 'Constant'].includes(op))).toBe(false);
  });

  it('quantizes rows once for all products that read them', async () => {
    const { model } = await int8Of(folder, graphOf([product(['x', 'w'], 'a'), product(['x', 'v'], 'b'), product(['a', 'b'], 'y', 'Add')], { w, v: noise(4, [K, N]) }));
    expect([count(model, 'QuantizeLinear'), count(model, 'MatMulInteger')]).toEqual([1, 2]);
  });

  it('stores a weight once for all products that read it', async () => {
    const square = noise(5, [K, K]);
    const { model } = await int8Of(folder, graphOf([product(['x', 'w'], 'a'), product(['a', 'w'], 'y')], { w: square }));
    expect(count(model, 'MatMulInteger')).toBe(2);
    expect(model.graph.weights.filter(({ dims }) => dims.length === 2)).toHaveLength(1);
  });

  it('reads large embedding tables as int8, with a scale a row', async () => {
    const table = noise(6, [1_500, K]);
    const ids: Tensor = { dtype: 'int64', shape: [3], data: BigInt64Array.of(0n, 7n, 1_499n) };
    const inputs = [{ name: 'ids', dtype: 'int64', axes: ['n'] }] as const;
    const nodes = [product(['table', 'ids'], 'e', 'Gather'), product(['e', 'w'], 'y')];
    const outputs = ['e', 'y'].map((name) => ({ name, dtype: 'float32', axes: ['n', 'm'] }) as const);
    const { file, model } = await int8Of(folder, graphOf(nodes, { table, w }, { inputs, outputs }));
    const { e } = await run(file, { ids });
    expectClose(e!, [0, 7, 1_499].flatMap((id) => Array.from(values(table).slice(id * K, (id + 1) * K))), 0.5 / 127 + 1e-6);
    expect(model.graph.weights.some(({ elementType, dims }) => elementType === 3 && dims[0] === 1_500)).toBe(true);
  });

  it.each<[string, Nodes]>([
    ['is also an output', [product(['x', 'v'], 'y')]],
    ['something else reads too', [product(['v'], 'n', 'Neg'), product(['n', 'n'], 'd', 'Sub'), product(['x', 'v'], 'y')]],
    ['products read in both ways', [product(['x', 'v'], 'a'), product(['a', 'v'], 'y', 'Gemm', { transB: 1 })]],
  ])('keeps a weight that %s', async (what, nodes) => {
    const big = noise(7, [K, 200]);
    const names = what === 'is also an output' ? ['y', 'z', 'v'] : ['y', 'z'];
    const outputs = names.map((name) => ({ name, dtype: 'float32', axes: ['n', 'm'] }) as const);
    const { file, model } = await int8Of(folder, graphOf([...nodes, product(['x', 'big'], 'z')], { v: noise(8, [K, K]), big }, { outputs }));
    expect(count(model, 'MatMulInteger')).toBe(1);
    expect(model.graph.weights.some(({ name }) => name === 'v')).toBe(true);
    await expect(run(file, { x })).resolves.toBeDefined();
  });

  it('runs what stood in an odd order', async () => {
    const nodes = [product(['a', 'w'], 'y'), product(['x'], 'a', 'Neg')];
    const { file } = await int8Of(folder, graphOf(nodes, { w }));
    expectClose((await run(file, { x })).y!, expected.map((value) => -value));
  });

  it('copies what it does not know', async () => {
    const unknown = message([14, message([1, 'author'], [2, 'nobody'])], [4_000, 'later']);
    const { file } = await int8Of(folder, Buffer.concat([message([3_999, 'early']), graphOf([product(['x', 'w'], 'y')], { w }), unknown]));
    const bytes = await readFile(file);
    expect(bytes.subarray(-unknown.length)).toEqual(Buffer.from(unknown));
    expect(bytes.subarray(0, 4)).toEqual(Buffer.from(message([3_999, 'early'])).subarray(0, 4));
  });

  it('makes the same file twice', async () => {
    const bytes = graphOf([product(['x', 'w'], 'y')], { w });
    const first = await readFile((await int8Of(folder, bytes)).file);
    expect(await readFile((await int8Of(folder, bytes)).file)).toEqual(first);
  });
});
