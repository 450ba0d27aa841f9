import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { onnxBytes } from '../testing/model-folders';
import { inspectGraph } from './graph-walk';
import { RefusedError } from './refused.errors';

describe('inspectGraph', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'graph-walk-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const read = async (content: Uint8Array) => {
    const path = join(folder, 'model.onnx');
    await writeFile(path, content);
    return inspectGraph({ path, bytes: content.length, stamp: '' });
  };

  it('finds none in a graph that holds its weights', async () => {
    expect(await read(onnxBytes({ rawBytes: 100_000 }))).toEqual([]);
  });

  it.each(['initializer', 'constant', 'subgraph', 'sparse', 'function'] as const)('finds the file that a tensor in a %s names', async (heldBy) => {
    expect(await read(onnxBytes({ externalData: '../weights', heldBy, rawBytes: 40_000 }))).toEqual([{ location: '../weights', bytes: 1 }]);
  });

  it('refuses a file that is cut off anywhere', async () => {
    const whole = onnxBytes({ externalData: 'weights', rawBytes: 50 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: whole.length - 1 }), (length) => expect(read(whole.subarray(0, length))).rejects.toThrow(RefusedError)),
    );
  });

  it('never fails otherwise than by refusing, whatever the bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), async (noise) => {
        const outcome = await read(Buffer.concat([Buffer.from([0x08]), noise])).catch((error: unknown) => error);
        expect(Array.isArray(outcome) || outcome instanceof RefusedError).toBe(true);
      }),
    );
  });

  it('does not read a tensor of 4 GiB', async () => {
    const path = join(folder, 'large.onnx');
    const dataBytes = 2 ** 32;
    const facts = [0x08, ...varint(dataBytes), 0x10, 0x02]; // one dimension, of uint8
    const tensorBytes = facts.length + 6 + dataBytes;
    const header = [0x08, 0x09, 0x3a, ...varint(6 + tensorBytes), 0x2a, ...varint(tensorBytes), ...facts, 0x4a, ...varint(dataBytes)];
    await writeFile(path, Buffer.from(header));
    await truncate(path, header.length + dataBytes); // a hole, which takes no disk space
    const startedAt = performance.now();

    expect(await inspectGraph({ path, bytes: header.length + dataBytes, stamp: '' })).toEqual([]);
    expect(performance.now() - startedAt).toBeLessThan(500);
    await rm(path);
  });

  it.each([
    ['a page', Buffer.from('<html>not found</html>')],
    ['a pointer to the real file', Buffer.from('version https://git-lfs.github.com/spec/v1')],
  ])('refuses %s that was stored as a model', async (_, content) => {
    await expect(read(content)).rejects.toThrow('does not begin like an ONNX file');
  });
});

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value % 0x80) | 0x80, ...varint(Math.floor(value / 0x80))];
}
