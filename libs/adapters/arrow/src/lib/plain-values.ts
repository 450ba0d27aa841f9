import { makeData, Utf8, type Data } from 'apache-arrow';

/** Texts as a column; null where there is none. */
export function utf8Of(texts: readonly (string | null)[]): Data<Utf8> {
  const parts = texts.map((one) => Buffer.from(one ?? ''));
  return makeData({ type: new Utf8(), ...validity(texts), valueOffsets: offsetsOf(parts), data: Buffer.concat(parts) });
}

/** Where each part begins among all, and where the last one ends. */
export function offsetsOf(parts: readonly { readonly length: number }[]): Int32Array {
  const offsets = new Int32Array(parts.length + 1);
  parts.forEach(({ length }, index) => (offsets[index + 1] = offsets[index]! + length));
  return offsets;
}

/** A bit for each value that is there. */
export function validity(values: readonly unknown[]): { readonly length: number; readonly nullCount: number; readonly nullBitmap: Uint8Array } {
  const nullBitmap = new Uint8Array(Math.ceil(values.length / 8));
  let nullCount = values.length;
  values.forEach((value, index) => {
    if (value === null) return;
    nullBitmap[index >> 3]! |= 1 << (index & 7);
    nullCount -= 1;
  });
  return { length: values.length, nullCount, nullBitmap };
}
