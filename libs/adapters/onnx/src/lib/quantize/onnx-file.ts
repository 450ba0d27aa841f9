import { GraphError } from '../graph/graph.errors';
import type { FileBytes, Span } from './file-bytes';
import { MessageReader, type FieldSpan } from './message-reader';

/** A constant: what it is, and where its values lie. */
export interface StoredTensor {
  readonly name: string;
  readonly elementType: number;
  readonly dims: readonly number[];
  /** Raw or packed values, little-endian; absent when they are kept otherwise. */
  readonly values?: Span;
}

/** The attribute of a node; of the fields the one that it has is set. */
export interface StoredAttribute {
  readonly float: number;
  readonly integer: number;
  readonly integers: readonly number[];
  readonly tensor?: StoredTensor;
  readonly graphs: readonly StoredGraph[];
}

export interface StoredNode {
  /** `MatMul`, …; with the domain before it where that is not ONNX's own. */
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, StoredAttribute>;
}

/** A field of a graph, with what was read from it. */
export interface GraphPart {
  readonly whole: Span;
  readonly node?: StoredNode;
  readonly weight?: StoredTensor;
}

export interface StoredGraph {
  /** Everything in the order of the file. */
  readonly parts: readonly GraphPart[];
  readonly nodes: readonly StoredNode[];
  readonly weights: readonly StoredTensor[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** The structure of an .onnx file, its tensors' values left where they are. */
export interface StoredModel {
  readonly opset: number;
  readonly graph: StoredGraph;
  /** The graph's field in the file. */
  readonly graphAt: Span;
}

/** Field numbers of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto. */
export const MODEL = { graph: 7, opset: 8 } as const;
export const GRAPH = { node: 1, weight: 5, input: 11, output: 12 } as const;
export const NODE = { input: 1, output: 2, op: 4, attribute: 5, domain: 7 } as const;
export const ATTRIBUTE = { name: 1, float: 2, integer: 3, tensor: 5, graph: 6, integers: 8, graphs: 11, type: 20 } as const;
export const TENSOR = { dims: 1, elementType: 2, floats: 4, name: 8, raw: 9, location: 14 } as const;
const OPSET = { domain: 1, version: 2 } as const;
const NAME = 1;
const EXTERNAL = 1;
const DEEPEST = 8;

/** @throws GraphError for what is no graph, keeps weights in other files or nests too deep. */
export function readModel(file: FileBytes): StoredModel {
  const reader = new MessageReader(file);
  const fields = [...reader.fields(file.all)];
  const [graph, ...others] = fields.filter(({ number }) => number === MODEL.graph);
  if (!graph || others.length > 0) throw new GraphError(`a model has one graph, not ${graph ? others.length + 1 : 0}`);
  const opset = fields.reduce((highest, { number, body }) => (number === MODEL.opset ? Math.max(highest, opsetOf(reader, body)) : highest), 0);
  return { opset, graph: readGraph(reader, graph.body, 0), graphAt: graph.whole };
}

/** The version of ONNX's own operators; 0 for other domains. */
function opsetOf(reader: MessageReader, body: Span): number {
  const fields = [...reader.fields(body)];
  const domain = fields.find(({ number }) => number === OPSET.domain);
  const version = fields.find(({ number }) => number === OPSET.version);
  return isOwn(domain ? reader.text(domain.body) : '') ? (version?.integer ?? 0) : 0;
}

function readGraph(reader: MessageReader, body: Span, depth: number): StoredGraph {
  if (depth > DEEPEST) throw new GraphError(`graphs lie more than ${DEEPEST} deep in each other`);
  const parts: GraphPart[] = [];
  const inputs: string[] = [];
  const outputs: string[] = [];
  for (const field of reader.fields(body)) {
    parts.push(partOf(reader, field, depth));
    if (field.number === GRAPH.input) inputs.push(nameOf(reader, field.body));
    if (field.number === GRAPH.output) outputs.push(nameOf(reader, field.body));
  }
  const nodes = parts.flatMap(({ node }) => node ?? []);
  return { parts, nodes, weights: parts.flatMap(({ weight }) => weight ?? []), inputs, outputs };
}

function partOf(reader: MessageReader, { number, whole, body }: FieldSpan, depth: number): GraphPart {
  if (number === GRAPH.node) return { whole, node: readNode(reader, body, depth) };
  if (number === GRAPH.weight) return { whole, weight: readTensor(reader, body) };
  return { whole };
}

function readNode(reader: MessageReader, body: Span, depth: number): StoredNode {
  const texts: Record<number, string[]> = { [NODE.input]: [], [NODE.output]: [], [NODE.op]: [], [NODE.domain]: [] };
  const attributes = new Map<string, StoredAttribute>();
  for (const field of reader.fields(body)) {
    texts[field.number]?.push(reader.text(field.body));
    if (field.number === NODE.attribute) attributes.set(nameOf(reader, field.body), readAttribute(reader, field.body, depth));
  }
  const [op = ''] = texts[NODE.op]!;
  const [domain = ''] = texts[NODE.domain]!;
  return { op: isOwn(domain) ? op : `${domain}.${op}`, inputs: texts[NODE.input]!, outputs: texts[NODE.output]!, attributes };
}

function readAttribute(reader: MessageReader, body: Span, depth: number): StoredAttribute {
  const fields = [...reader.fields(body)];
  const all = (...numbers: number[]) => fields.filter(({ number }) => numbers.includes(number));
  const [float] = all(ATTRIBUTE.float);
  const [tensor] = all(ATTRIBUTE.tensor);
  return {
    float: float ? reader.float(float.body) : 0,
    integer: all(ATTRIBUTE.integer)[0]?.integer ?? 0,
    integers: all(ATTRIBUTE.integers).flatMap((field) => reader.integers(field)),
    ...(tensor && { tensor: readTensor(reader, tensor.body) }),
    graphs: all(ATTRIBUTE.graph, ATTRIBUTE.graphs).map((graph) => readGraph(reader, graph.body, depth + 1)),
  };
}

function readTensor(reader: MessageReader, body: Span): StoredTensor {
  const fields = [...reader.fields(body)];
  const first = (number: number) => fields.find((field) => field.number === number);
  if (first(TENSOR.location)?.integer === EXTERNAL) throw new GraphError('its weights lie in other files (external data), only a graph that holds its weights is rewritten');
  const name = first(TENSOR.name);
  const values = fields.filter(({ number }) => number === TENSOR.raw || number === TENSOR.floats);
  return {
    name: name ? reader.text(name.body) : '',
    elementType: first(TENSOR.elementType)?.integer ?? 0,
    dims: fields.filter(({ number }) => number === TENSOR.dims).flatMap((field) => reader.integers(field)),
    ...(values.length === 1 && { values: values[0]!.body }),
  };
}

function nameOf(reader: MessageReader, body: Span): string {
  for (const field of reader.fields(body)) if (field.number === NAME) return reader.text(field.body);
  return '';
}

function isOwn(domain: string): boolean {
  return domain === '' || domain === 'ai.onnx';
}
