import fc from 'fast-check';

/** Values at which lengths and offsets go wrong. */
const EDGES = [0, 1, 2, 3, 7, 8, 16, 0x7f, 0x80, 0xffff, 0x7fffffff, 0x80000000, 0xfffffff8, 0xffffffff];

type Mutate = (bytes: Buffer) => Buffer;

/** Streams with one to three faults: bits, bytes and words changed, parts lost, doubled or put in. */
export function mutationsOf(streams: readonly Buffer[]): fc.Arbitrary<Buffer> {
  const faults = fc.array(fc.oneof(bits, words, edges, copies, cuts, insertions), { minLength: 1, maxLength: 3 });
  return fc.tuple(fc.constantFrom(...streams), faults).map(([stream, mutations]) => mutations.reduce<Buffer>((bytes, mutate) => mutate(bytes), Buffer.from(stream)));
}

const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

const bits = fc.tuple(place, fc.nat({ max: 7 })).map(([at, bit]): Mutate => (bytes) => {
  const index = Math.floor(at * bytes.length);
  if (bytes.length > 0) bytes[index]! ^= 1 << bit;
  return bytes;
});

const words = fc.tuple(place, fc.integer({ min: -9, max: 9 })).map(([at, by]): Mutate => (bytes) => withWord(bytes, at, (word) => word + by));

const edges = fc.tuple(place, fc.constantFrom(...EDGES)).map(([at, value]): Mutate => (bytes) => withWord(bytes, at, () => value));

const copies = fc.tuple(place, place, fc.nat({ max: 32 })).map(([from, to, count]): Mutate => (bytes) => {
  const start = Math.floor(from * bytes.length);
  bytes.copyWithin(Math.floor(to * bytes.length), start, start + count);
  return bytes;
});

const cuts = fc.tuple(place, fc.nat({ max: 64 })).map(([at, count]): Mutate => (bytes) => {
  const start = Math.floor(at * bytes.length);
  return Buffer.concat([bytes.subarray(0, start), bytes.subarray(start + count)]);
});

const insertions = fc.tuple(place, fc.uint8Array({ maxLength: 24 })).map(([at, extra]): Mutate => (bytes) => {
  const start = Math.floor(at * bytes.length);
  return Buffer.concat([bytes.subarray(0, start), extra, bytes.subarray(start)]);
});

function withWord(bytes: Buffer, at: number, change: (word: number) => number): Buffer {
  const index = Math.floor((at * bytes.length) / 4) * 4;
  if (index + 4 <= bytes.length) bytes.writeUInt32LE(change(bytes.readUInt32LE(index)) >>> 0, index);
  return bytes;
}
