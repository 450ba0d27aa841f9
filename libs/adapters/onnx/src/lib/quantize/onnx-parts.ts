import { ATTRIBUTE, NODE, TENSOR } from './onnx-file';
import { delimiter, message, type Field } from './protobuf';

/** One operator. Attributes are integers, lists of integers or a constant (a TensorProto). */
export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

type Attribute = number | readonly number[] | Uint8Array;

const INTEGER = 2;
const TENSOR_VALUE = 4;
const INTEGERS = 7;

/** A NodeProto. */
export function nodeProto({ op, inputs, outputs, attributes = {} }: OnnxNode): Uint8Array {
  return message(
    ...inputs.map((name): Field => [NODE.input, name]),
    ...outputs.map((name): Field => [NODE.output, name]),
    [NODE.op, op],
    ...Object.entries(attributes).map(([name, value]): Field => [NODE.attribute, attributeProto(name, value)]),
  );
}

export interface TensorFacts {
  readonly name: string;
  /** As onnx.proto numbers them: 1 float32, 2 uint8, 3 int8, 7 int64. */
  readonly elementType: number;
  readonly shape: readonly number[];
  /** Of its values. */
  readonly bytes: number;
}

/** What stands before the raw values of a TensorProto. */
export function tensorHeader({ name, elementType, shape, bytes }: TensorFacts): Uint8Array {
  const facts = message(...shape.map((size): Field => [TENSOR.dims, size]), [TENSOR.elementType, elementType], [TENSOR.name, name]);
  return Buffer.concat([facts, delimiter(TENSOR.raw, bytes)]);
}

function attributeProto(name: string, value: Attribute): Uint8Array {
  if (value instanceof Uint8Array) return message([ATTRIBUTE.name, name], [ATTRIBUTE.tensor, value], [ATTRIBUTE.type, TENSOR_VALUE]);
  if (typeof value === 'number') return message([ATTRIBUTE.name, name], [ATTRIBUTE.integer, value], [ATTRIBUTE.type, INTEGER]);
  return message([ATTRIBUTE.name, name], ...value.map((item): Field => [ATTRIBUTE.integers, item]), [ATTRIBUTE.type, INTEGERS]);
}
