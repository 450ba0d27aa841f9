import { createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { bytesOf, chunksOf } from '../testing/chunks';
import type { ObjectStore } from './object-store.port';

const hashOf = (content: Uint8Array) => createHash('sha256').update(content).digest('hex');
const MIB = 2 ** 20;

/** What every ObjectStore promises. Call it inside a spec; `make` gives an empty store. */
export function objectStoreContract(make: () => Promise<ObjectStore> | ObjectStore): void {
  describe('as an ObjectStore', () => {
    let store: ObjectStore;

    beforeEach(async () => {
      store = await make();
    });

    const write = (key: string, content: Uint8Array | string) => store.write(key, chunksOf(content));
    const read = async (key: string, start?: number) => (await bytesOf(store.read(key, { start }))).toString();
    const keysUnder = async (prefix: string) => {
      const keys: string[] = [];
      for await (const { key } of store.list(prefix)) keys.push(key);
      return keys;
    };

    describe('write', () => {
      it('keeps what came, however it was cut', async () => {
        const content = fc.array(fc.uint8Array({ maxLength: 3_000 }), { maxLength: 8 });
        await fc.assert(
          fc.asyncProperty(content, async (chunks) => {
            const whole = Buffer.concat(chunks);
            const info = await store.write('some/key', (async function* () { yield* chunks; })());
            expect([info.bytes, (await bytesOf(store.read('some/key'))).equals(whole)]).toEqual([whole.length, true]);
          }),
          { numRuns: 20 },
        );
      });

      it('keeps many megabytes', async () => {
        const content = randomBytes(20 * MIB + 17);
        const info = await store.write('large', chunksOf(content, 300_001));
        expect([info, hashOf(await bytesOf(store.read('large')))]).toEqual([expect.objectContaining({ key: 'large', bytes: content.length }), hashOf(content)]);
      });

      it.each([['few', 'the new one'], ['many', randomBytes(12 * MIB)]])('shows the former object until the last of %s bytes is there', async (_, content) => {
        await write('k', 'the former');
        let seen: string | undefined;
        const chunks = async function* () {
          yield* chunksOf(content, 4 * MIB);
          seen = await read('k');
        };
        await store.write('k', chunks());
        expect([seen, (await store.find('k'))?.bytes]).toEqual(['the former', content.length]);
      });

      it.each([['few', 1_000], ['many', 5 * MIB]])('keeps nothing of a source that throws after %s bytes, and throws the same', async (_, bytes) => {
        const failure = new Error('the source broke');
        const breaking = async function* () {
          for (let sent = 0; sent < 2; sent += 1) yield Buffer.alloc(bytes, sent);
          throw failure;
        };
        await write('former', 'as it was');
        await expect(store.write('former', breaking())).rejects.toBe(failure);
        await expect(store.write('fresh', breaking())).rejects.toBe(failure);
        expect([await read('former'), await store.find('fresh'), await keysUnder('')]).toEqual(['as it was', undefined, ['former']]);
      });

      it('refuses what is larger than allowed, without reading it whole, and closes the source', async () => {
        let [given, isClosed] = [0, false];
        const endless = async function* () {
          try {
            for (;;) yield Buffer.alloc((given += 1_000) && 1_000);
          } finally {
            isClosed = true;
          }
        };
        await expect(store.write('k', endless(), { maxBytes: 5_500 })).rejects.toMatchObject({ code: 'OBJECTS.TOO_LARGE', kind: 'too-large', limitBytes: 5_500 });
        expect([given, isClosed, await store.find('k')]).toEqual([6_000, true, undefined]);
        await expect(store.write('k', chunksOf('12345'), { maxBytes: 5 })).resolves.toMatchObject({ bytes: 5 });
      });

      it('keeps nothing once the signal has aborted', async () => {
        const leaving = new AbortController();
        const reason = new Error('gone');
        const chunks = async function* () {
          yield Buffer.from('a');
          leaving.abort(reason);
          yield Buffer.from('b');
        };
        await expect(store.write('k', chunks(), { signal: leaving.signal })).rejects.toBe(reason);
        await expect(store.write('k', chunksOf('a'), { signal: leaving.signal })).rejects.toBe(reason);
        expect(await store.find('k')).toBeUndefined();
      });

      it('gives the key to one of many writers, whole', async () => {
        const contents = Array.from({ length: 8 }, (_, i) => `${i}`.repeat(50_000 + i));
        await Promise.all(contents.map((content) => store.write('k', chunksOf(content, 10_000))));
        expect(contents).toContain(await read('k'));
      });
    });

    describe('find', () => {
      it('knows size and time', async () => {
        await write('k', 'abc');
        const { modifiedAt, ...info } = (await store.find('k'))!;
        expect([info, Math.abs(modifiedAt - Date.now()) < 60_000]).toEqual([{ key: 'k', bytes: 3 }, true]);
      });

      it('finds neither what is not there nor a folder', async () => {
        await write('folder/object', 'abc');
        expect([await store.find('k'), await store.find('folder'), await store.find('folder/object/k'), await store.find('folder/objec')]).toEqual(Array(4).fill(undefined));
      });
    });

    describe('read', () => {
      it('begins where it is asked to', async () => {
        await write('k', '0123456789');
        expect([await read('k', 0), await read('k', 7), await read('k', 9), await read('k', 10)]).toEqual(['0123456789', '789', '9', '']);
        await expect(read('k', 11)).rejects.toMatchObject({ code: 'OBJECTS.RANGE', start: 11, bytes: 10 });
      });

      it('gives an empty object', async () => {
        await write('empty', '');
        expect([await read('empty'), (await store.find('empty'))?.bytes]).toEqual(['', 0]);
        await expect(read('empty', 1)).rejects.toMatchObject({ code: 'OBJECTS.RANGE' });
      });

      it.each(['k', 'folder', 'folder/object/k'])('refuses what is not there: %s', async (key) => {
        await write('folder/object', 'abc');
        await expect(read(key)).rejects.toMatchObject({ code: 'OBJECTS.NOT_FOUND', kind: 'not-found' });
        await expect(read(key, 5)).rejects.toMatchObject({ code: 'OBJECTS.NOT_FOUND' });
      });

      it('ends with the reason when the signal aborts', async () => {
        await write('k', randomBytes(4 * MIB));
        const leaving = new AbortController();
        const reason = new Error('gone');
        const reading = async () => {
          for await (const chunk of store.read('k', { signal: leaving.signal })) if (chunk.length > 0) leaving.abort(reason);
        };
        await expect(reading()).rejects.toBe(reason);
        await expect(bytesOf(store.read('k', { signal: leaving.signal }))).rejects.toBe(reason);
      });

      it('may be left early, again and again', async () => {
        await write('k', randomBytes(2 * MIB));
        for (let round = 0; round < 30; round += 1) for await (const chunk of store.read('k')) if (chunk.length > 0) break;
        expect((await bytesOf(store.read('k'))).length).toBe(2 * MIB);
      });
    });

    describe('remove', () => {
      it('removes one object alone, and does not mind that it is gone', async () => {
        for (const key of ['folder/a', 'folder/b']) await write(key, key);
        for (let round = 0; round < 2; round += 1) await store.remove('folder/a');
        await store.remove('folder');
        await store.remove('folder/b/c');
        expect([await store.find('folder/a'), await read('folder/b')]).toEqual([undefined, 'folder/b']);
      });

      it('leaves nothing in the way of another key', async () => {
        await write('a/b', 'below');
        await store.remove('a/b');
        await write('a', 'in its place');
        expect(await read('a')).toBe('in its place');
      });
    });

    describe('list', () => {
      it('gives what begins with the prefix, in the order of bytes', async () => {
        const keys = ['007', '0x1f', '1e5', 'a+b', 'a-b/c', 'a.b', 'a/b', 'a/b0', 'a/bc/d', 'a/c', 'a0', 'aB', 'a_b', 'b'];
        for (const key of [...keys].reverse()) await write(key, key);
        expect(await keysUnder('')).toEqual(keys);
        for (const prefix of ['a', 'a/', 'a/b', 'a/bc/', 'a-', 'b', 'c', 'a/b/', 'a/bc/d', 'a/bc/d/']) expect([prefix, await keysUnder(prefix)]).toEqual([prefix, keys.filter((key) => key.startsWith(prefix))]);
      });

      it('knows sizes', async () => {
        await write('k', 'abc');
        for await (const info of store.list('k')) expect(info).toEqual(await store.find('k'));
      });
    });

    it.each(['', '/', 'a//b', '/a', 'a/', '..', 'a/../b', './a', 'a b', 'a\\b', 'ä', 'a\u0000', 'a%2e', 'a'.repeat(201), 'a/'.repeat(460) + 'a'].map((key) => [key.slice(0, 20), key.length, key] as const))('refuses the key %j (%i) everywhere', async (_cut, _length, key) => {
      const refused = { code: 'OBJECTS.BAD_KEY', kind: 'invalid' };
      await expect((async () => store.find(key))()).rejects.toMatchObject(refused);
      await expect((async () => write(key, 'x'))()).rejects.toMatchObject(refused);
      await expect((async () => read(key))()).rejects.toMatchObject(refused);
      await expect((async () => store.remove(key))()).rejects.toMatchObject(refused);
    });

    it.each(['/', '../', 'a//', 'a/../', 'a b', '.', '..'])('refuses the prefix %j', async (prefix) => {
      await write('a/b', 'x');
      await expect(keysUnder(prefix)).rejects.toMatchObject({ code: 'OBJECTS.BAD_KEY' });
    });
  });
}
