import { FileMemo, type PlainFile } from './file-memo';

const fileOf = (path: string, stamp = '1'): PlainFile => ({ path, bytes: 1, stamp });

describe('FileMemo', () => {
  let learnt: string[];
  let memo: FileMemo<string>;

  beforeEach(() => {
    learnt = [];
    memo = new FileMemo(async ({ path, stamp }) => {
      learnt.push(path);
      if (path === 'bad') throw new Error('unreadable');
      return `${path}#${stamp}`;
    }, 2);
  });

  describe('of', () => {
    it('asks once for all who ask at the same time', async () => {
      expect(await Promise.all([memo.of(fileOf('a')), memo.of(fileOf('a'))])).toEqual(['a#1', 'a#1']);
      expect(learnt).toEqual(['a']);
    });

    it('asks anew when the stamp has moved', async () => {
      await memo.of(fileOf('a'));
      expect(await memo.of(fileOf('a', '2'))).toBe('a#2');
    });

    it('forgets the least recently used file above its capacity', async () => {
      for (const path of ['a', 'b', 'a', 'c', 'a', 'b']) await memo.of(fileOf(path));
      expect(learnt).toEqual(['a', 'b', 'c', 'b']);
    });

    it('does not remember a failure', async () => {
      await expect(memo.of(fileOf('bad'))).rejects.toThrow('unreadable');
      await expect(memo.of(fileOf('bad'))).rejects.toThrow('unreadable');
      expect(learnt).toEqual(['bad', 'bad']);
    });
  });

  describe('peek', () => {
    it('knows an answer only for the same stamp', async () => {
      expect(memo.peek(fileOf('a'))).toBeUndefined();
      await memo.of(fileOf('a'));
      expect([memo.peek(fileOf('a')), memo.peek(fileOf('a', '2'))]).toEqual(['a#1', undefined]);
    });
  });
});
