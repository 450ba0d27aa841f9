import { parse } from 'protobufjs';

/** The part of onnx.proto (ONNX 1.14, IR version 9) that a graph of plain operators needs. */
const schema = `syntax = "proto3"; package onnx;
message AttributeProto { string name = 1; int64 i = 3; repeated int64 ints = 8; int32 type = 20; }
message NodeProto { repeated string input = 1; repeated string output = 2; string name = 3; string op_type = 4; repeated AttributeProto attribute = 5; }
message TensorProto { repeated int64 dims = 1; int32 data_type = 2; string name = 8; bytes raw_data = 9; }
message TensorShapeProto { message Dimension { oneof value { int64 dim_value = 1; string dim_param = 2; } } repeated Dimension dim = 1; }
message TypeProto { message Tensor { int32 elem_type = 1; TensorShapeProto shape = 2; } Tensor tensor_type = 1; }
message ValueInfoProto { string name = 1; TypeProto type = 2; string doc_string = 3; }
message GraphProto { repeated NodeProto node = 1; string name = 2; repeated TensorProto initializer = 5; repeated ValueInfoProto input = 11; repeated ValueInfoProto output = 12; }
message OperatorSetIdProto { string domain = 1; int64 version = 2; }
message ModelProto { int64 ir_version = 1; string producer_name = 2; GraphProto graph = 7; repeated OperatorSetIdProto opset_import = 8; }`;

const modelProto = parse(schema, { keepCase: true }).root.lookupType('onnx.ModelProto');

/** TensorProto.DataType */
export const dataType = { float: 1, uint8: 2, int8: 3, int64: 7, bool: 9 } as const;
/** AttributeProto.AttributeType INT */
const INT = 2;

export interface Graph {
  readonly name: string;
  readonly nodes: readonly object[];
  readonly initializers: readonly object[];
  readonly inputs: readonly object[];
  readonly outputs: readonly object[];
}

/** The bytes of a model file. */
export function encodeModel({ name, nodes, initializers, inputs, outputs }: Graph): Uint8Array {
  const graph = { name, node: nodes, initializer: initializers, input: inputs, output: outputs };
  const model = { ir_version: 9, producer_name: 'datapunk-cortex', opset_import: [{ domain: '', version: 18 }], graph };
  return modelProto.encode(modelProto.fromObject(model)).finish();
}

/** `output = operator(inputs)`; attributes are whole numbers. */
export function node(output: string, call: readonly [operator: string, ...inputs: string[]], attributes: Readonly<Record<string, number>> = {}): object {
  const [operator, ...inputs] = call;
  const attribute = Object.entries(attributes).map(([name, i]) => ({ name, i, type: INT }));
  return { name: output, op_type: operator, input: inputs, output: [output], attribute };
}

/** A constant; the bytes are little-endian, as those of every machine that Node runs on. */
export function initializer(name: string, dims: readonly number[], data: Float32Array | Uint8Array | Int8Array | BigInt64Array): object {
  return { name, dims, data_type: typeOf(data), raw_data: Buffer.from(data.buffer, data.byteOffset, data.byteLength) };
}

/** An input or output of the graph; a dimension with a name is free. */
export function value(name: string, type: keyof typeof dataType, dims: readonly (number | string)[]): object {
  const dim = dims.map((size) => (typeof size === 'string' ? { dim_param: size } : { dim_value: size }));
  return { name, type: { tensor_type: { elem_type: dataType[type], shape: { dim } } } };
}

function typeOf(data: Float32Array | Uint8Array | Int8Array | BigInt64Array): number {
  if (data instanceof Float32Array) return dataType.float;
  if (data instanceof BigInt64Array) return dataType.int64;
  return data instanceof Int8Array ? dataType.int8 : dataType.uint8;
}
