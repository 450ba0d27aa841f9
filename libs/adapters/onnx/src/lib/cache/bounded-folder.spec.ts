import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelFolder } from '../../testing/artifacts';
import { BoundedFolder } from './bounded-folder';

const write = (text: string) => (file: string) => writeFile(file, text);

describe('BoundedFolder', () => {
  describe('keep', () => {
    it('leaves nothing behind when the writing fails', async () => {
      await using place = await ModelFolder.make();
      const folder = new BoundedFolder(place.path, { maxFiles: 5, maxBytes: 100 });
      const failing = folder.keep('a', async (file) => {
        await writeFile(file, 'half of it');
        throw new Error('disk full');
      });
      await expect(failing).rejects.toThrow('disk full');
      expect(await readdir(place.path)).toEqual([]);
    });

    it.each([
      ['too many files', { maxFiles: 2, maxBytes: 100 }],
      ['too many bytes', { maxFiles: 9, maxBytes: 10 }],
    ])('lets the least recently used go when there are %s', async (_, limits) => {
      await using place = await ModelFolder.make();
      const folder = new BoundedFolder(place.path, limits);
      await folder.keep('old', write('12345'));
      await folder.keep('used', write('12345'));
      await utimes(join(place.path, 'old'), 1, 1);
      await utimes(join(place.path, 'used'), 0, 0);
      await folder.find('used');
      await folder.keep('new', write('12345'));
      expect((await readdir(place.path)).sort()).toEqual(['new', 'used']);
    });
  });

  describe('find', () => {
    it('gives the path of what was kept and nothing for the rest', async () => {
      await using place = await ModelFolder.make();
      const folder = new BoundedFolder(join(place.path, 'new'), { maxFiles: 2, maxBytes: 100 });
      expect(await folder.find('a')).toBeUndefined();
      await folder.keep('a', write('text'));
      expect(await readFile((await folder.find('a'))!, 'utf8')).toBe('text');
    });
  });
});
