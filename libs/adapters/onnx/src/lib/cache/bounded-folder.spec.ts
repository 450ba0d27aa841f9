import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelFolder } from '../../testing/artifacts';
import { BoundedFolder } from './bounded-folder';
import { DISK } from './disk';
import { DiskFullError } from './disk-trouble';

const HOUR_MS = 3_600_000;
const limits = { maxFiles: 5, maxBytes: 100 };
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

    it('says that the disk is full where the writer does not', async () => {
      await using place = await ModelFolder.make();
      const folder = new BoundedFolder(place.path, limits, { ...DISK, freeBytes: async () => 4_096 });
      const failing = folder.keep('a', () => Promise.reject(new Error('Failed to save')));
      await expect(failing).rejects.toThrow(DiskFullError);
    });

    it('sweeps the drafts of writers that were killed, and leaves those that are being written', async () => {
      await using place = await ModelFolder.make();
      await write('half')(join(place.path, 'killed.draft'));
      await write('half')(join(place.path, 'written.draft'));
      const longAgo = (Date.now() - HOUR_MS - 1_000) / 1_000;
      await utimes(join(place.path, 'killed.draft'), longAgo, longAgo);
      await new BoundedFolder(place.path, { maxFiles: 1, maxBytes: 1 }).keep('new', write('12345'));
      expect((await readdir(place.path)).sort()).toEqual(['new', 'written.draft']);
    });

    it('lets two processes keep the same file at once', async () => {
      await using place = await ModelFolder.make();
      const [one, other] = [new BoundedFolder(place.path, limits), new BoundedFolder(place.path, limits)];
      const slowly = (text: string) => async (file: string) => {
        await writeFile(file, text.slice(0, 2));
        await other.keep('a', write('from the other'));
        await writeFile(file, text);
      };
      await one.keep('a', slowly('from the one'));
      expect(await readFile(join(place.path, 'a'), 'utf8')).toBe('from the one');
      expect(await readdir(place.path)).toEqual(['a']);
    });

    it.each([
      ['too many files', { maxFiles: 2, maxBytes: 100 }],
      ['too many bytes', { maxFiles: 9, maxBytes: 10 }],
    ])('lets the least recently used go when there are %s', async (_, narrow) => {
      await using place = await ModelFolder.make();
      const folder = new BoundedFolder(place.path, narrow);
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
    const readOnly = { ...DISK, touch: () => Promise.reject(Object.assign(new Error('read-only'), { code: 'EROFS', syscall: 'utime' })) };

    it('gives what a folder holds that may only be read', async () => {
      await using place = await ModelFolder.make();
      await write('text')(join(place.path, 'a'));
      expect(await new BoundedFolder(place.path, limits, readOnly).find('a')).toBe(join(place.path, 'a'));
    });

    it('throws the refusal where the file cannot be read either', async () => {
      await using place = await ModelFolder.make();
      await expect(new BoundedFolder(place.path, limits, readOnly).find('a')).rejects.toThrow('read-only');
    });

    it('gives the path of what was kept and nothing for the rest', async () => {
      await using place = await ModelFolder.make();
      const folder = new BoundedFolder(join(place.path, 'new'), { maxFiles: 2, maxBytes: 100 });
      expect(await folder.find('a')).toBeUndefined();
      await folder.keep('a', write('text'));
      expect(await readFile((await folder.find('a'))!, 'utf8')).toBe('text');
    });
  });
});
