import type { IndexType, OffsetBytes } from './column';

export const VIEW_BYTES = 16;
/** A view holds so many bytes itself; a longer value lies in one of the data buffers. */
const INLINE_BYTES = 12;

/** Reads offsets where they lie. */
export function offsetsAt(bytes: Uint8Array, width: OffsetBytes): (row: number) => number {
  const view = viewOf(bytes);
  return width === 4 ? (row) => view.getInt32(row * 4, true) : (row) => Number(view.getBigInt64(row * 8, true));
}

/** Reads which entry of a dictionary each row is. */
export function entriesAt(buffer: Uint8Array, { bytes, isSigned }: IndexType): (row: number) => number {
  const view = viewOf(buffer);
  switch (bytes) {
    case 1: return (row) => (isSigned ? view.getInt8(row) : view.getUint8(row));
    case 2: return (row) => (isSigned ? view.getInt16(row * 2, true) : view.getUint16(row * 2, true));
    case 4: return (row) => (isSigned ? view.getInt32(row * 4, true) : view.getUint32(row * 4, true));
    default: return (row) => Number(isSigned ? view.getBigInt64(row * 8, true) : view.getBigUint64(row * 8, true));
  }
}

/** The bytes of a value of a view column; undefined where it points outside of its data. */
export function viewAt(views: Uint8Array, row: number, data: readonly Uint8Array[]): Uint8Array | undefined {
  const start = row * VIEW_BYTES;
  const view = viewOf(views);
  const length = view.getInt32(start, true);
  if (length < 0) return undefined;
  if (length <= INLINE_BYTES) return views.subarray(start + 4, start + 4 + length);
  const buffer = data[view.getInt32(start + 8, true)];
  const offset = view.getInt32(start + 12, true);
  return buffer && offset >= 0 && offset + length <= buffer.length ? buffer.subarray(offset, offset + length) : undefined;
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
