import { mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesOf, chunksOf, objectStoreContract } from '@cortex/objects/testing';
import { FileObjectStore } from './file-object-store';

describe('FileObjectStore', () => {
  let root: string;
  let folder: string;
  let store: FileObjectStore;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'objects-'));
    folder = join(root, 'store');
    store = new FileObjectStore({ folder });
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  objectStoreContract(() => store);

  const write = (key: string, content = key) => store.write(key, chunksOf(content));
  const listed = async (prefix: string) => {
    const keys: string[] = [];
    for await (const { key } of store.list(prefix)) keys.push(key);
    return keys;
  };

  it('keeps its files for this user alone', async () => {
    await write('a/b');
    const modes = await Promise.all(['objects/a/b', 'objects/a', 'objects', 'drafts'].map(async (path) => (await stat(join(folder, path))).mode & 0o777));
    expect(modes).toEqual([0o600, 0o700, 0o700, 0o700]);
  });

  it('leaves neither drafts nor empty folders behind', async () => {
    await write('a/b/c');
    await write('a/d');
    await expect(store.write('a/e', chunksOf('12'), { maxBytes: 1 })).rejects.toThrow();
    await store.remove('a/b/c');
    expect([await readdir(join(folder, 'drafts')), await readdir(join(folder, 'objects/a'))]).toEqual([[], ['d']]);
    await store.remove('a/d');
    expect(await readdir(join(folder, 'objects'))).toEqual([]);
  });

  it('removes drafts that nobody writes any more, and no others', async () => {
    const drafts = join(folder, 'drafts');
    await mkdir(drafts, { recursive: true });
    for (const name of ['old', 'new']) await writeFile(join(drafts, name), 'half');
    await utimes(join(drafts, 'old'), 0, 0);
    await write('k');
    expect(await readdir(drafts)).toEqual(['new']);
  });

  it('refuses a key that is another one\'s folder, and the other way round', async () => {
    await write('a/b');
    for (const key of ['a', 'a/b/c']) await expect(write(key)).rejects.toMatchObject({ code: 'OBJECTS.CONFLICT', kind: 'conflict' });
    expect([await listed(''), await readdir(join(folder, 'drafts'))]).toEqual([['a/b'], []]);
  });

  describe('a link', () => {
    beforeEach(async () => {
      await mkdir(join(root, 'outside'));
      await writeFile(join(root, 'outside/secret'), 'secret');
      await write('inside/k');
      await symlink(join(root, 'outside/secret'), join(folder, 'objects/inside/file'));
      await symlink(join(root, 'outside'), join(folder, 'objects/linked'));
    });

    it('is not followed to be read', async () => {
      for (const key of ['inside/file', 'linked/secret']) {
        expect(await store.find(key)).toBeUndefined();
        await expect(bytesOf(store.read(key))).rejects.toMatchObject({ code: 'OBJECTS.NOT_FOUND' });
      }
      expect([await listed(''), await listed('linked/')]).toEqual([['inside/k'], []]);
    });

    it('is not followed to be written or removed', async () => {
      await expect(write('linked/secret', 'changed')).rejects.toMatchObject({ code: 'OBJECTS.REFUSED' });
      await store.remove('linked/secret');
      await write('inside/file', 'mine');
      expect([await readFile(join(root, 'outside/secret'), 'utf8'), (await bytesOf(store.read('inside/file'))).toString()]).toEqual(['secret', 'mine']);
    });

    it('may lead to the folder itself', async () => {
      await symlink(folder, join(root, 'door'));
      const other = new FileObjectStore({ folder: join(root, 'door') });
      expect((await bytesOf(other.read('inside/k'))).toString()).toBe('inside/k');
    });
  });

  it('passes by what is no file', async () => {
    await mkdir(join(folder, 'objects/empty'), { recursive: true });
    expect([await listed(''), await store.find('empty')]).toEqual([[], undefined]);
  });

  it('lets a reader go on with what was replaced or removed meanwhile', async () => {
    const content = 'x'.repeat(1_000_000);
    for (const change of [() => write('k', 'other'), () => store.remove('k')]) {
      await write('k', content);
      let bytes = 0;
      for await (const chunk of store.read('k')) {
        if (bytes === 0) await change();
        bytes += chunk.length;
      }
      expect(bytes).toBe(content.length);
    }
  });

  it('says by the system\'s code, without a path, that the folder cannot be used', async () => {
    await writeFile(folder, 'a file');
    const refused = { code: 'OBJECTS.REFUSED', message: expect.not.stringContaining(root) };
    await expect(store.find('k')).rejects.toMatchObject(refused);
    await expect(write('k')).rejects.toMatchObject(refused);
    await rm(folder);
    await expect(write('k')).resolves.toMatchObject({ bytes: 1 });
  });

  it('writes and removes in one folder at the same time', async () => {
    const turns = Array.from({ length: 60 }, async (_, i) => {
      const key = `a/b/${i % 3}`;
      await write(key);
      if (i % 2) await store.remove(key);
    });
    await Promise.all(turns);
    for (const key of await listed('')) expect((await bytesOf(store.read(key))).toString()).toBe(key);
  });
});
