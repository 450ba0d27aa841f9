import { GraphError } from '../graph/graph.errors';
import { NameUses, type Use } from './name-uses';
import type { StoredModel, StoredNode, StoredTensor } from './onnx-file';
import type { Span } from './file-bytes';

/** How a weight is read: by its columns (x · W), by its rows (x · Wᵀ), or a row at a time (an embedding table). */
export type Layout = 'columns' | 'rows' | 'table';

/** A constant matrix that becomes int8. */
export interface Conversion {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly values: Span;
  readonly layout: Layout;
  /** The products or look-ups that read it, nobody else does. */
  readonly users: readonly StoredNode[];
  /** Nodes that only handed it on (Identity, Transpose, Constant). */
  readonly dropped: readonly StoredNode[];
}

/** Every name that the rewriting adds begins with it. */
export const PREFIX = 'cortex.int8.';

const FLOAT32 = 1;
/** Per-axis QuantizeLinear apart, from here on every operator that is written means the same. */
const LOWEST_OPSET = 13;
/** Smaller products cost more in steps than they gain, and are often a classifier's last. */
const SMALLEST_PRODUCT = 4_096;
/** Sums of more products of two bytes do not surely fit an int32. */
const LONGEST_SUM = 65_536;
const SMALLEST_TABLE_ROWS = 1_001;
const WORTHWHILE = 0.5;

/** What becomes int8. @throws GraphError when that cannot be, or is not worth it. */
export function planInt8(model: StoredModel): Conversion[] {
  refuseForeign(model);
  const { graph } = model;
  const uses = new NameUses(graph);
  const constants = [...graph.weights.map((tensor) => ({ tensor, holder: undefined })), ...graph.nodes.flatMap(heldConstant)];
  const conversions = constants.flatMap(({ tensor, holder }) => conversionOf(tensor, holder, uses) ?? []);
  refuseLittle(conversions, constants.map(({ tensor }) => tensor));
  return conversions;
}

function refuseForeign({ opset, graph }: StoredModel): void {
  if (opset < LOWEST_OPSET) throw new GraphError(`its operators are of opset ${opset}, int8 needs ${LOWEST_OPSET} or later`);
  const names = graph.nodes.flatMap(({ outputs }) => outputs).concat(graph.weights.map(({ name }) => name), graph.inputs);
  if (names.some((name) => name.startsWith(PREFIX))) throw new GraphError('it is int8 already');
}

function refuseLittle(conversions: readonly Conversion[], constants: readonly StoredTensor[]): void {
  const all = constants.reduce((bytes, { values }) => bytes + (values ? values.end - values.start : 0), 0);
  const converted = conversions.reduce((bytes, { values }) => bytes + values.end - values.start, 0);
  const hasProduct = conversions.some(({ layout }) => layout !== 'table');
  if (!hasProduct || converted < all * WORTHWHILE) {
    throw new GraphError(`${converted} of its ${all} bytes of weights are float32 matrices that products read, too little for int8`);
  }
}

/** A constant that a node holds goes by the name of the node's output. */
function heldConstant(holder: StoredNode): { tensor: StoredTensor; holder: StoredNode }[] {
  const tensor = holder.op === 'Constant' ? holder.attributes.get('value')?.tensor : undefined;
  return tensor ? [{ tensor: { ...tensor, name: holder.outputs[0] ?? '' }, holder }] : [];
}

function conversionOf(tensor: StoredTensor, holder: StoredNode | undefined, uses: NameUses): Conversion | undefined {
  const [rows = 0, columns = 0] = tensor.dims;
  if (tensor.elementType !== FLOAT32 || tensor.dims.length !== 2 || !tensor.values) return undefined;
  const readers = readersOf(tensor.name, uses);
  const layout = readers?.layout;
  if (!layout || !isLargeEnough(layout, rows, columns)) return undefined;
  refuseLies(tensor, tensor.values, rows * columns);
  const dropped = holder ? [holder, ...readers.dropped] : readers.dropped;
  return { name: tensor.name, rows, columns, values: tensor.values, layout, users: readers.users, dropped };
}

/** All that read a weight, handed on or not; undefined unless all read it in the same way, and nothing else does. */
function readersOf(name: string, uses: NameUses): Pick<Conversion, 'layout' | 'users' | 'dropped'> | undefined {
  const users = new Set<StoredNode>();
  const dropped = new Set<StoredNode>();
  const layouts = new Set<Layout | undefined>();
  const pending = [{ name, isTurned: false }];
  for (const value of pending) {
    for (const use of uses.of(value.name) ?? [undefined]) {
      if (!use || users.has(use.node) || dropped.has(use.node)) return undefined;
      const isTurned = value.isTurned !== (use.node.op === 'Transpose');
      if (handsOn(use.node)) pending.push({ name: use.node.outputs[0]!, isTurned });
      else layouts.add(layoutOf(use, value.isTurned));
      (handsOn(use.node) ? dropped : users).add(use.node);
    }
  }
  const [layout, ...others] = layouts;
  return layout && others.length === 0 ? { layout, users: [...users], dropped: [...dropped] } : undefined;
}

function handsOn({ op, outputs, attributes }: StoredNode): boolean {
  const order = attributes.get('perm')?.integers ?? [1, 0];
  return outputs.length === 1 && (op === 'Identity' || (op === 'Transpose' && order.length === 2 && order[0] === 1));
}

function layoutOf({ node, index }: Use, isTurned: boolean): Layout | undefined {
  if (node.op === 'MatMul' && index === 1) return isTurned ? 'rows' : 'columns';
  if (node.op === 'Gemm' && index === 1 && isPlainGemm(node)) return isTurned === isOn(node, 'transB') ? 'columns' : 'rows';
  if (node.op === 'Gather' && index === 0 && !isTurned && !isOn(node, 'axis')) return 'table';
  return undefined;
}

function isPlainGemm(node: StoredNode): boolean {
  const { alpha, beta } = { alpha: node.attributes.get('alpha'), beta: node.attributes.get('beta') };
  return !isOn(node, 'transA') && (alpha?.float ?? 1) === 1 && (beta?.float ?? 1) === 1;
}

function isOn({ attributes }: StoredNode, name: string): boolean {
  return (attributes.get(name)?.integer ?? 0) !== 0;
}

function isLargeEnough(layout: Layout, rows: number, columns: number): boolean {
  if (layout === 'table') return rows >= SMALLEST_TABLE_ROWS && columns > 0;
  return rows > 0 && columns > 0 && rows * columns >= SMALLEST_PRODUCT && (layout === 'columns' ? rows : columns) < LONGEST_SUM;
}

function refuseLies({ name, dims }: StoredTensor, { start, end }: Span, values: number): void {
  if (end - start === values * Float32Array.BYTES_PER_ELEMENT) return;
  throw new GraphError(`the weight ${name} has the shape ${dims.join(' x ')} and ${end - start} bytes`);
}
