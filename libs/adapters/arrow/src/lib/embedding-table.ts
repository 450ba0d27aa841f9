import { Field, FixedSizeList, Float32, makeData, tableToIPC, Table, Vector } from 'apache-arrow';
import { joinFloats } from '@cortex/inference';

/** Vectors of one width as an IPC stream: `embedding` as FixedSizeList<Float32>, behind `id` where rows have ids. */
export function embeddingStream(vectors: readonly Float32Array[], ids?: Vector): Uint8Array {
  const embedding = listsOf(joinFloats(vectors), vectors[0]?.length ?? 0);
  return tableToIPC(new Table({ ...(ids && { id: ids }), embedding }), 'stream');
}

/** Rows of `width` numbers, which lie where they are. */
function listsOf(values: Float32Array, width: number): Vector<FixedSizeList<Float32>> {
  const item = new Field('item', new Float32(), true);
  const child = makeData({ type: item.type, length: values.length, nullCount: 0, data: values });
  const length = width === 0 ? 0 : values.length / width;
  return new Vector([makeData({ type: new FixedSizeList(width, item), length, nullCount: 0, child })]);
}
