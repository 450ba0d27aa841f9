import { delimited, type Chunk } from './chunks';
import type { FileBytes } from './file-bytes';
import { AXES_ARE_INPUT, int8LookUp, int8Product, quantizedRows, SHARED, weightNames } from './int8-nodes';
import type { Conversion } from './int8-plan';
import { QUANTIZATION } from './int8-weights';
import { GRAPH, MODEL, type GraphPart, type StoredModel, type StoredNode } from './onnx-file';
import { nodeProto, tensorHeader, type OnnxNode, type TensorFacts } from './onnx-parts';

/** What is written, and from what. */
export interface Rewriting {
  readonly file: FileBytes;
  readonly model: StoredModel;
  readonly conversions: readonly Conversion[];
}

const ELEMENT = { float32: 1, uint8: 2, int8: 3, int64: 7 } as const;
const FLOAT_BYTES = 4;

/** The whole new file. What is not converted is copied as it lies, unknown fields included. */
export function rewritten(rewriting: Rewriting): Chunk[] {
  const { file, model } = rewriting;
  const { start, end } = model.graphAt;
  const graph = [...keptParts(rewriting), ...rewriting.conversions.flatMap((conversion) => weightChunks(file, conversion)), ...sharedConstants(model.opset)];
  return [{ start: 0, end: start }, ...delimited(MODEL.graph, graph), { start: end, end: file.size }];
}

function keptParts({ model, conversions }: Rewriting): Chunk[] {
  const names = new Set(conversions.map(({ name }) => name));
  const dropped = new Set(conversions.flatMap((conversion) => conversion.dropped));
  const replaced = replacements(model, conversions);
  return model.graph.parts.flatMap(({ whole, node, weight }: GraphPart): Chunk[] => {
    if (weight && names.has(weight.name)) return [];
    if (!node) return [whole];
    if (dropped.has(node)) return [];
    return replaced.get(node)?.flatMap((made) => delimited(GRAPH.node, [nodeProto(made)])) ?? [whole];
  });
}

/** What stands in the place of each product and look-up. Rows are quantized where they are read first, once. */
function replacements({ opset, graph }: StoredModel, conversions: readonly Conversion[]): Map<StoredNode, OnnxNode[]> {
  const weights = new Map(conversions.flatMap((conversion) => conversion.users.map((user) => [user, conversion] as const)));
  const quantized = new Set<string>();
  const replaced = new Map<StoredNode, OnnxNode[]>();
  for (const node of graph.nodes) {
    const weight = weights.get(node);
    if (weight?.layout === 'table') replaced.set(node, int8LookUp(node, weight.name));
    else if (weight) {
      const x = node.inputs[0] ?? '';
      replaced.set(node, [...(quantized.has(x) ? [] : quantizedRows(x, opset)), ...int8Product(node, weight.name)]);
      quantized.add(x);
    }
  }
  return replaced;
}

function weightChunks(file: FileBytes, matrix: Conversion): Chunk[] {
  const { name, rows, columns, layout } = matrix;
  const { values, scales } = weightNames(name);
  const quantization = QUANTIZATION[layout];
  const scalesOnce = once(() => quantization.scales(file, matrix));
  const shape = layout === 'rows' ? [columns, rows] : [rows, columns];
  const scaleShape = { columns: [columns], rows: [rows], table: [rows, 1] }[layout];
  return [
    ...tensor({ name: values, elementType: ELEMENT.int8, shape, bytes: rows * columns }, () => quantization.values(file, matrix, scalesOnce())),
    ...tensor({ name: scales, elementType: ELEMENT.float32, shape: scaleShape, bytes: FLOAT_BYTES * scaleShape[0]! }, () => [scalesOnce()]),
  ];
}

function sharedConstants(opset: number): Chunk[] {
  const lastAxis = constant({ name: SHARED.lastAxis, elementType: ELEMENT.int64, shape: [1] }, BigInt64Array.of(-1n));
  return [
    constant({ name: SHARED.largest, elementType: ELEMENT.float32, shape: [] }, Float32Array.of(127)),
    constant({ name: SHARED.least, elementType: ELEMENT.float32, shape: [] }, Float32Array.of(1e-12)),
    constant({ name: SHARED.one, elementType: ELEMENT.float32, shape: [] }, Float32Array.of(1)),
    constant({ name: SHARED.middle, elementType: ELEMENT.uint8, shape: [] }, Uint8Array.of(128)),
    opset < AXES_ARE_INPUT ? [] : lastAxis,
  ].flat();
}

function constant(about: Omit<TensorFacts, 'bytes'>, values: NodeJS.ArrayBufferView): Chunk[] {
  return tensor({ ...about, bytes: values.byteLength }, () => [values]);
}

function tensor(about: TensorFacts, make: () => Iterable<NodeJS.ArrayBufferView>): Chunk[] {
  return delimited(GRAPH.weight, [tensorHeader(about), { bytes: about.bytes, make }]);
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
