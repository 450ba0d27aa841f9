import { truncate, writeFile } from 'node:fs/promises';
import { GraphError } from '../graph/graph.errors';
import { ModelFolder } from '../../testing/artifacts';
import { FileBytes } from './file-bytes';
import { MessageReader } from './message-reader';
import { message } from './protobuf';

describe('MessageReader', () => {
  let folder: ModelFolder;

  beforeAll(async () => {
    folder = await ModelFolder.make();
  });
  afterAll(() => folder[Symbol.asyncDispose]());

  async function numbersIn(bytes: Uint8Array): Promise<number[]> {
    const { file: path } = await folder.add('message', bytes);
    using file = FileBytes.open(path);
    const reader = new MessageReader(file);
    return [...reader.fields(file.all)].map(({ number }) => number);
  }

  it('finds every field with its value, without reading the long ones', async () => {
    const bytes = message([1, 300], [2, 'name'], [3, -1], [9, new Uint8Array(100_000)], [2_000, 'last']);
    const { file: path } = await folder.add('fields', bytes);
    using file = FileBytes.open(path);
    const reader = new MessageReader(file);
    const fields = [...reader.fields(file.all)];
    expect(fields.map(({ number, integer }) => [number, integer])).toEqual([[1, 300], [2, 0], [3, -1], [9, 0], [2_000, 0]]);
    expect(reader.text(fields[1]!.body)).toBe('name');
    expect(fields[3]!.body.end - fields[3]!.body.start).toBe(100_000);
  });

  it('reads repeated integers, packed or not', async () => {
    const bytes = message([1, 7], [1, Uint8Array.of(8, 0xac, 2)]);
    const { file: path } = await folder.add('packed', bytes);
    using file = FileBytes.open(path);
    const reader = new MessageReader(file);
    expect([...reader.fields(file.all)].flatMap((field) => reader.integers(field))).toEqual([7, 8, 300]);
  });

  it.each([
    ['a length beyond the end', Uint8Array.of(0x0a, 5, 1), 'truncated'],
    ['a length of 64 bits', Uint8Array.of(0x0a, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1), 'truncated'],
    ['a tag alone', Uint8Array.of(0x0a), 'truncated'],
    ['a fixed value cut short', Uint8Array.of(0x0d, 1, 2), 'truncated'],
    ['an endless number', new Uint8Array(20).fill(255), 'more than 64 bits'],
    ['a group', Uint8Array.of(0x0b), 'wire type 3'],
    ['the field 0', Uint8Array.of(0x02, 0), 'number 0'],
  ])('refuses %s', async (_, bytes, reason) => {
    await expect(numbersIn(bytes)).rejects.toThrow(GraphError);
    await expect(numbersIn(bytes)).rejects.toThrow(reason);
  });

  it('refuses more fields than a graph can have', async () => {
    await expect(numbersIn(new Uint8Array(4_000_000).fill(0x08))).rejects.toThrow('its structure takes more than');
  }, 30_000);

  it('refuses a file larger than any graph, unread', async () => {
    const path = `${folder.path}/sparse.onnx`;
    await writeFile(path, '');
    await truncate(path, 2 ** 31);
    expect(() => FileBytes.open(path)).toThrow('the file has 2147483648 bytes');
  });
});
