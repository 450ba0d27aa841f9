import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { inspectGraph } from './graph-walk';

const FLOAT = 1;
const INT64 = 7;
const STRING = 8;
const INT4 = 22;

const EXTERNAL = Buffer.from([14 * 8, 1]);
const dims = (...sizes: readonly number[]) => field(1, ...sizes.map(varint));
const negativeDim = () => field(1, Buffer.from([...Array.from({ length: 9 }, () => 0xff), 1]));
const type = (dtype: number) => Buffer.from([2 * 8, dtype]);
const raw = (bytes: number) => field(9, Buffer.alloc(bytes));
const outside = (entries: Readonly<Record<string, string>>) => Buffer.concat(Object.entries(entries).map(([key, value]) => field(13, field(1, key), field(2, value))));

describe('inspectGraph, of a graph that lies', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'graph-hostile-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const inspect = async (...graph: readonly Buffer[]) => {
    const path = join(folder, 'model.onnx');
    const content = Buffer.concat([Buffer.from([0x08, 0x09]), field(7, ...graph)]);
    await writeFile(path, content);
    return inspectGraph({ path, bytes: content.length, stamp: '' });
  };
  const initializer = (...parts: readonly Buffer[]) => inspect(field(5, ...parts));
  const node = (operator: string, domain: string) => field(1, field(4, operator), field(7, domain));

  it.each([
    ['as much raw data as it says', [dims(2, 3), type(FLOAT), raw(24)]],
    ['half a byte an element', [dims(3), type(INT4), raw(2)]],
    ['typed numbers', [dims(2), type(FLOAT), field(4, Buffer.alloc(8))]],
    ['texts', [dims(2), type(STRING), field(6, 'a'), field(6, 'b')]],
    ['nothing, of no elements', [dims(0), type(FLOAT)]],
  ])('lets a tensor pass that holds %s', async (_, parts) => {
    expect(await initializer(...parts)).toEqual([]);
  });

  it.each([
    ['more than its data', [dims(2, 4), type(FLOAT), raw(24)], 'of 32 bytes that holds 24'],
    ['less than its data', [dims(1), type(FLOAT), raw(24)], 'of 4 bytes that holds 24'],
    ['a gigabyte, and holds nothing', [dims(1 << 28), type(FLOAT)], 'holds fewer'],
    ['more typed numbers than it holds', [dims(1_000), type(INT64), field(7, Buffer.alloc(10))], 'holds fewer'],
    ['more texts than it holds', [dims(3), type(STRING), field(6, 'a')], 'holds fewer'],
    ['a negative dimension', [negativeDim(), type(FLOAT), raw(4)], 'negative dimension'],
    ['more than can be counted', [dims(2 ** 40, 2 ** 40), type(FLOAT), raw(4)], 'more elements than can be counted'],
    ['a type that there is not', [dims(1), type(99), raw(4)], 'unknown type 99'],
    ['a hundred dimensions', [dims(...Array.from({ length: 100 }, () => 1)), type(FLOAT), raw(4)], 'not valid ONNX'],
  ])('refuses a tensor that declares %s', async (_, parts, reason) => {
    await expect(initializer(...parts)).rejects.toThrow(reason);
  });

  it('refuses dimensions and data that only meet when two parts of one tensor are merged', async () => {
    const attribute = field(5, field(5, dims(1 << 20), type(FLOAT)), field(5, raw(4)));
    await expect(inspect(field(1, attribute))).rejects.toThrow('holds fewer');
  });

  it('refuses a sparse tensor that unfolds to gigabytes', async () => {
    const values = field(1, dims(1), type(FLOAT), raw(4));
    await expect(inspect(field(15, values, field(3, varint(2 ** 32))))).rejects.toThrow('unfolds to');
    expect(await inspect(field(15, values, field(3, varint(1_000))))).toEqual([]);
  });

  it.each([
    ['at a negative place', { location: 'w', offset: '-4' }, 'no whole number'],
    ['at a place beyond counting', { location: 'w', offset: '9'.repeat(30) }, 'no whole number'],
    ['of another length', { location: 'w', length: '8' }, 'of which another file shall hold 8'],
    ['without a name', { offset: '0' }, 'does not name'],
  ])('refuses outside data %s', async (_, entries, reason) => {
    await expect(initializer(dims(1), type(FLOAT), outside(entries), EXTERNAL)).rejects.toThrow(reason);
  });

  it('says how long the other file must be', async () => {
    const tensor = (offset: string) => field(5, dims(4), type(FLOAT), outside({ location: 'w', offset, length: '16' }), EXTERNAL);
    expect(await inspect(tensor('4096'), tensor('0'))).toEqual([{ location: 'w', bytes: 4_112 }]);
  });

  it('refuses operators that would need a library, and a compiled blob', async () => {
    await expect(inspect(node('Steal', 'evil.ops'))).rejects.toThrow("'evil.ops::Steal', which the runtime does not know");
    await expect(inspect(node('EPContext', 'com.microsoft'))).rejects.toThrow('EPContext');
    expect(await inspect(node('Gelu', 'com.microsoft'), node('MatMul', ''))).toEqual([]);
  });

  it('lets operators pass that the file itself defines as functions', async () => {
    const path = join(folder, 'function.onnx');
    const content = Buffer.concat([Buffer.from([0x08, 0x09]), field(7, node('Own', 'pkg.mine')), field(25, field(1, 'Own'), field(10, 'pkg.mine'))]);
    await writeFile(path, content);
    expect(await inspectGraph({ path, bytes: content.length, stamp: '' })).toEqual([]);
  });

  it('refuses a tag that other parsers would cut to another field', async () => {
    await expect(inspect(Buffer.from([...varint(2 ** 32 + 5 * 8 + 2), 0]))).rejects.toThrow('not valid ONNX');
  });

  it('lets exactly the declared size pass, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 3 }), fc.integer({ min: 0, max: 40_000 }), async (shape, bytes) => {
        const declared = shape.reduce((product, dim) => product * dim, 4);
        const outcome = await initializer(dims(...shape), type(FLOAT), raw(bytes)).then(() => 'passes', () => 'refused');
        expect(outcome).toBe(bytes === declared ? 'passes' : 'refused');
      }),
    );
  });
});

function field(number: number, ...content: readonly (Buffer | string)[]): Buffer {
  const body = Buffer.concat(content.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
  return Buffer.concat([varint(number * 8 + 2), varint(body.length), body]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (; value >= 0x80; value = Math.floor(value / 0x80)) bytes.push((value % 0x80) | 0x80);
  return Buffer.from([...bytes, value]);
}
