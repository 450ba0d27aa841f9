import { PREFIX } from './int8-plan';
import type { StoredNode } from './onnx-file';
import type { OnnxNode } from './onnx-parts';

/** Constants that all quantized products share. */
export const SHARED = {
  largest: `${PREFIX}largest`,
  least: `${PREFIX}least`,
  one: `${PREFIX}one`,
  middle: `${PREFIX}middle`,
  lastAxis: `${PREFIX}last-axis`,
} as const;

const FLOAT32 = 1;
/** The opset from which on ReduceMax takes its axes as an input. */
export const AXES_ARE_INPUT = 18;

/** The names of a weight's int8 values and of their scales. */
export function weightNames(name: string): { values: string; scales: string } {
  return { values: `${PREFIX}${name}.int8`, scales: `${PREFIX}${name}.scales` };
}

/** Quantizes each row of `x` (its last axis) by its own largest value: uint8 around 128, and a scale a row. */
export function quantizedRows(x: string, opset: number): OnnxNode[] {
  const step = stepsOf(x);
  const { values, scale } = rowNames(x);
  const lastAxis = opset < AXES_ARE_INPUT ? { inputs: [step('abs')], attributes: { axes: [-1] } } : { inputs: [step('abs'), SHARED.lastAxis] };
  return [
    { op: 'Abs', inputs: [x], outputs: [step('abs')] },
    { op: 'ReduceMax', outputs: [step('max')], ...lastAxis },
    { op: 'Max', inputs: [step('max'), SHARED.least], outputs: [step('peak')] },
    { op: 'Div', inputs: [step('peak'), SHARED.largest], outputs: [scale] },
    { op: 'Div', inputs: [SHARED.largest, step('peak')], outputs: [step('factor')] },
    { op: 'Mul', inputs: [x, step('factor')], outputs: [step('scaled')] },
    { op: 'QuantizeLinear', inputs: [step('scaled'), SHARED.one, SHARED.middle], outputs: [values] },
  ];
}

/** A MatMul or Gemm on rows quantized before, by the int8 values and the column scales of `weight`. */
export function int8Product({ inputs, outputs }: StoredNode, weight: string): OnnxNode[] {
  const [x = '', , bias = ''] = inputs;
  const [output = ''] = outputs;
  const step = stepsOf(output);
  const quantized = rowNames(x);
  const { values, scales } = weightNames(weight);
  const nodes: OnnxNode[] = [
    { op: 'MatMulInteger', inputs: [quantized.values, values, SHARED.middle], outputs: [step('sum')] },
    { op: 'Cast', inputs: [step('sum')], outputs: [step('float')], attributes: { to: FLOAT32 } },
    { op: 'Mul', inputs: [step('float'), quantized.scale], outputs: [step('rows')] },
    { op: 'Mul', inputs: [step('rows'), scales], outputs: [bias ? step('product') : output] },
  ];
  return bias ? [...nodes, { op: 'Add', inputs: [step('product'), bias], outputs: [output] }] : nodes;
}

/** A Gather from an int8 table, and of the scales beside it. */
export function int8LookUp({ inputs, outputs }: StoredNode, table: string): OnnxNode[] {
  const [, ids = ''] = inputs;
  const [output = ''] = outputs;
  const step = stepsOf(output);
  const { values, scales } = weightNames(table);
  return [
    { op: 'Gather', inputs: [values, ids], outputs: [step('rows')] },
    { op: 'Cast', inputs: [step('rows')], outputs: [step('float')], attributes: { to: FLOAT32 } },
    { op: 'Gather', inputs: [scales, ids], outputs: [step('factors')] },
    { op: 'Mul', inputs: [step('float'), step('factors')], outputs: [output] },
  ];
}

function rowNames(x: string): { values: string; scale: string } {
  return { values: `${PREFIX}${x}.uint8`, scale: `${PREFIX}${x}.scale` };
}

/** Names of the values on the way to, or from, a value of the graph. */
function stepsOf(name: string): (step: string) => string {
  return (step) => `${PREFIX}${name}.${step}`;
}
