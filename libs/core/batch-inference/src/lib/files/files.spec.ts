import { bytesOf, chunksOf, MemoryObjectStore } from '@cortex/objects/testing';
import { FileNotFoundError, FileTooLargeError, TooManyFilesError } from '../batch-inference.errors';
import { Files } from './files';

describe('Files', () => {
  let store: MemoryObjectStore;
  let files: Files;
  beforeEach(() => {
    store = new MemoryObjectStore();
    files = new Files(store, { maxFileBytes: 100, maxFiles: 3 });
  });
  const add = (filename: string, content = 'content', tenant = 'acme') => files.add({ tenant, chunks: chunksOf(content), describe: () => ({ filename, purpose: 'batch' }) });

  it('gives back what was uploaded, and what it is called', async () => {
    const added = await add('Übung 1.jsonl');
    expect(added).toMatchObject({ id: expect.stringMatching(/^file-[0-9a-z]{24}$/), filename: 'Übung 1.jsonl', purpose: 'batch', bytes: 7 });
    const found = await files.get(added.id, 'acme');
    expect(found).toEqual(added);
    expect((await bytesOf(files.read(found))).toString()).toBe('content');
  });

  it('shows nobody the files of another tenant', async () => {
    const { id } = await add('a');
    await expect(files.get(id, 'other')).rejects.toThrow(FileNotFoundError);
    await expect(files.remove(id, 'other')).rejects.toThrow(FileNotFoundError);
    expect(await files.list('other', { limit: 10 })).toEqual([]);
    expect(await files.list('acm', { limit: 10 })).toEqual([]);
    expect(await files.get(id, 'acme')).toBeDefined();
  });

  it.each(['file-../../other/files/file-a', '../x', '', 'file-', 'FILE-0123456789abcdef01234567'])('knows no file %p', async (id) => {
    await expect(files.get(id, 'acme')).rejects.toThrow(FileNotFoundError);
  });

  it('lists the newest first, a page at a time', async () => {
    const now = jest.spyOn(Date, 'now');
    const added = [];
    for (const [index, filename] of ['a', 'b', 'c'].entries()) {
      now.mockReturnValue(1_700_000_000_000 + index);
      added.push(await add(filename));
    }
    now.mockRestore();
    expect((await files.list('acme', { limit: 2 })).map(({ filename }) => filename)).toEqual(['c', 'b']);
    expect((await files.list('acme', { limit: 2, after: added[1]!.id })).map(({ filename }) => filename)).toEqual(['a']);
    expect(await files.list('acme', { limit: 2, purpose: 'other' })).toEqual([]);
  });

  it('removes both the file and what it is called', async () => {
    const { id } = await add('a');
    await files.remove(id, 'acme');
    expect(store.kept.size).toBe(0);
    await expect(files.remove(id, 'acme')).rejects.toThrow(FileNotFoundError);
    await files.discard(id, 'acme');
  });

  it('keeps nothing of a file that is too large, or whose sender breaks off or does not say what it is', async () => {
    await expect(add('a', 'x'.repeat(101))).rejects.toThrow(FileTooLargeError);
    const broken = (async function* () {
      yield Buffer.from('x');
      throw new Error('gone');
    })();
    await expect(files.add({ tenant: 'acme', chunks: broken, describe: () => ({ filename: 'a', purpose: 'batch' }) })).rejects.toThrow('gone');
    const nameless = files.add({ tenant: 'acme', chunks: chunksOf('content'), describe: () => Promise.reject(new Error('no name')) });
    await expect(nameless).rejects.toThrow('no name');
    expect(store.kept.size).toBe(0);
  });

  it('keeps no more files than a tenant may have', async () => {
    for (const filename of ['a', 'b', 'c']) await add(filename);
    await expect(add('d')).rejects.toThrow(TooManyFilesError);
    await add('d', 'content', 'other');
  });
});
