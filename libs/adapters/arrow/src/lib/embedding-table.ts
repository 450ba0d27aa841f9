import { Field, FixedSizeList, Float32, makeData, type Data } from 'apache-arrow';
import { joinFloats } from '@cortex/inference';
import { tableStream, type Beside } from './table-stream';

/** Vectors of one width as an IPC stream: `embedding` as FixedSizeList<Float32>, behind `id` where rows have ids. */
export function embeddingStream(vectors: readonly Float32Array[], beside: Beside = {}): Uint8Array {
  const data = listsOf(vectors);
  return tableStream([{ field: new Field('embedding', data.type, true), data }], vectors.length, beside);
}

function listsOf(vectors: readonly Float32Array[]): Data<FixedSizeList<Float32>> {
  const values = joinFloats(vectors);
  const item = new Field('item', new Float32(), true);
  const child = makeData({ type: item.type, length: values.length, nullCount: 0, data: values });
  return makeData({ type: new FixedSizeList(vectors[0]?.length ?? 0, item), length: vectors.length, nullCount: 0, child });
}
