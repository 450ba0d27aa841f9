/** One field of a protobuf message; a string or nested message is length-delimited, a number is a varint. */
export type Field = readonly [number: number, value: number | bigint | string | Uint8Array];

/** How a field's value lies in the file (https://protobuf.dev/programming-guides/encoding). */
export const WIRE = { varint: 0, fixed64: 1, delimited: 2, fixed32: 5 } as const;

/** Encodes a message in the protobuf wire format. */
export function message(...fields: readonly Field[]): Uint8Array {
  return Buffer.concat(fields.flatMap(([number, value]) => encode(number, value)));
}

/** What stands before the `bytes` of a length-delimited value. */
export function delimiter(number: number, bytes: number): Uint8Array {
  return Buffer.concat([varint((number << 3) | WIRE.delimited), varint(bytes)]);
}

function encode(number: number, value: Field[1]): Uint8Array[] {
  if (typeof value === 'number' || typeof value === 'bigint') return [varint((number << 3) | WIRE.varint), varint(value)];
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  return [delimiter(number, bytes.length), bytes];
}

function varint(value: number | bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}
