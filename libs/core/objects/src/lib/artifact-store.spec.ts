import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { bytesOf, chunksOf } from '../testing/chunks';
import { MemoryObjectStore } from '../testing/memory-object-store';
import { ArtifactStore } from './artifact-store';

const hashOf = (content: Uint8Array | string) => createHash('sha256').update(content).digest('hex');

describe('ArtifactStore', () => {
  let objects: MemoryObjectStore;
  let artifacts: ArtifactStore;

  beforeEach(() => {
    objects = new MemoryObjectStore();
    artifacts = new ArtifactStore(objects);
  });

  const content = fc.uint8Array({ maxLength: 200_000 });
  const read = async (sha256: string) => (await bytesOf(artifacts.read(sha256))).toString();

  it('keeps bytes under their digest, however they are cut and whether it was promised', async () => {
    await fc.assert(
      fc.asyncProperty(content, fc.integer({ min: 1, max: 70_000 }), fc.boolean(), async (bytes, chunkBytes, isPromised) => {
        const sha256 = hashOf(bytes);
        const stored = await artifacts.store(chunksOf(bytes, chunkBytes), isPromised ? { sha256 } : {});
        expect(stored).toEqual({ sha256, bytes: bytes.length });
        expect(await artifacts.find(sha256)).toEqual(stored);
        expect(hashOf(await bytesOf(artifacts.read(sha256)))).toBe(sha256);
      }),
      { numRuns: 40 },
    );
    const places = [...objects.kept].map(([key, kept]) => [key, `artifacts/sha256/${hashOf(kept.content).slice(0, 2)}/${hashOf(kept.content)}`]);
    expect(places.filter(([key, place]) => key !== place)).toEqual([]); // no draft stays, every object lies where its digest says
  });

  it('never gives out to the end what differs in one bit, is cut off or has grown', async () => {
    const damage = fc.oneof(
      fc.nat().map((at) => (bytes: Buffer) => bytes.map((byte, i) => (i === at % bytes.length ? byte ^ 1 : byte))),
      fc.integer({ min: 1, max: 9 }).map((cut) => (bytes: Buffer) => bytes.subarray(0, -cut)),
      fc.uint8Array({ minLength: 1, maxLength: 9 }).map((more) => (bytes: Buffer) => Buffer.concat([bytes, more])),
    );
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 10, maxLength: 100_000 }), damage, async (bytes, spoil) => {
        const { sha256 } = await artifacts.store(chunksOf(bytes));
        const [[key, kept]] = [...objects.kept] as [[string, { content: Buffer; modifiedAt: number }]];
        objects.kept.set(key, { ...kept, content: Buffer.from(spoil(kept.content)) });
        await expect(bytesOf(artifacts.read(sha256))).rejects.toMatchObject({ code: 'OBJECTS.CORRUPT', kind: 'unavailable', sha256 });
        objects.kept.clear();
      }),
      { numRuns: 40 },
    );
  });

  it('keeps nothing of what is not as promised', async () => {
    const promised = hashOf('this');
    await expect(artifacts.store(chunksOf('that'), { sha256: promised })).rejects.toMatchObject({ code: 'OBJECTS.DIGEST_MISMATCH', promised, found: hashOf('that') });
    expect([objects.kept.size, await artifacts.find(promised)]).toEqual([0, undefined]);
  });

  it('keeps nothing, no draft either, of what is too large or breaks off', async () => {
    const breaking = async function* () {
      yield Buffer.from('abc');
      throw new Error('broken');
    };
    for (const sha256 of [undefined, hashOf('abc')]) {
      await expect(artifacts.store(chunksOf('abcdef', 1), { sha256, maxBytes: 5 })).rejects.toMatchObject({ code: 'OBJECTS.TOO_LARGE' });
      await expect(artifacts.store(breaking(), { sha256 })).rejects.toThrow('broken');
    }
    expect(objects.kept.size).toBe(0);
  });

  it('does not ask for a chunk of what lies there already', async () => {
    await artifacts.store(chunksOf('abc'));
    let asked = 0;
    const counted = async function* () {
      asked += 1;
      yield Buffer.from('abc');
    };
    expect([await artifacts.store(counted(), { sha256: hashOf('abc') }), asked]).toEqual([{ sha256: hashOf('abc'), bytes: 3 }, 0]);
  });

  it('mends a damaged one when it is told to replace it', async () => {
    const { sha256 } = await artifacts.store(chunksOf('abc'));
    const [key] = objects.kept.keys();
    objects.kept.set(key!, { content: Buffer.from('abx'), modifiedAt: 0 });
    await artifacts.store(chunksOf('abc'), { sha256, replace: true });
    expect(await read(sha256)).toBe('abc');
  });

  it('gives the rest of one to who has its beginning', async () => {
    const { sha256 } = await artifacts.store(chunksOf('0123456789'));
    expect((await bytesOf(artifacts.read(sha256, { start: 6 }))).toString()).toBe('6789');
  });

  it('forgets what was removed', async () => {
    const { sha256 } = await artifacts.store(chunksOf('abc'));
    await artifacts.remove(sha256);
    expect(await artifacts.find(sha256)).toBeUndefined();
    await expect(read(sha256)).rejects.toMatchObject({ code: 'OBJECTS.NOT_FOUND' });
  });

  it('keeps the artefacts of two owners apart', async () => {
    const others = new ArtifactStore(objects, 'models');
    const { sha256 } = await artifacts.store(chunksOf('abc'));
    await others.store(chunksOf('abc'));
    await artifacts.remove(sha256);
    expect((await bytesOf(others.read(sha256))).toString()).toBe('abc');
  });

  it('sweeps drafts that nobody writes any more', async () => {
    objects.kept.set('artifacts/drafts/old', { content: Buffer.alloc(1), modifiedAt: Date.now() - 90_000_000 });
    objects.kept.set('artifacts/drafts/new', { content: Buffer.alloc(1), modifiedAt: Date.now() - 80_000_000 });
    await artifacts.store(chunksOf('abc'));
    expect([...objects.kept.keys()].filter((key) => key.includes('drafts'))).toEqual(['artifacts/drafts/new']);
  });

  it.each(['', 'abc', 'A'.repeat(64), '../'.repeat(21) + 'a', `${'a'.repeat(64)}\n`])('refuses %j, which is no digest', async (digest) => {
    const refused = { code: 'OBJECTS.BAD_DIGEST', kind: 'invalid' };
    await expect(artifacts.find(digest)).rejects.toMatchObject(refused);
    await expect(artifacts.store(chunksOf('a'), { sha256: digest })).rejects.toMatchObject(refused);
    await expect(artifacts.remove(digest)).rejects.toMatchObject(refused);
    expect(() => artifacts.read(digest)).toThrow(expect.objectContaining(refused));
  });
});
