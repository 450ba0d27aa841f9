import type { DType } from '@cortex/inference';

/** The protocol's names of element types. Source: Open Inference Protocol v2, "Tensor Data Types". */
export const DATATYPES = ['BOOL', 'UINT8', 'UINT16', 'UINT32', 'UINT64', 'INT8', 'INT16', 'INT32', 'INT64', 'FP16', 'FP32', 'FP64', 'BYTES'] as const;
export type Datatype = (typeof DATATYPES)[number];

const DTYPE_OF: Readonly<Record<Datatype, DType>> = {
  BOOL: 'bool', UINT8: 'uint8', UINT16: 'uint16', UINT32: 'uint32', UINT64: 'uint64',
  INT8: 'int8', INT16: 'int16', INT32: 'int32', INT64: 'int64',
  FP16: 'float16', FP32: 'float32', FP64: 'float64', BYTES: 'string',
};
const DATATYPE_OF = Object.fromEntries(Object.entries(DTYPE_OF).map(([datatype, dtype]) => [dtype, datatype])) as Readonly<Record<DType, Datatype>>;

export function dtypeOf(datatype: Datatype): DType {
  return DTYPE_OF[datatype];
}

export function datatypeOf(dtype: DType): Datatype {
  return DATATYPE_OF[dtype];
}
