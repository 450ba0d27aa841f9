import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TemporaryFolder } from '../../testing/temporary-folder';
import { childEntry } from './child-entry';
import { FolderLock } from './folder-lock';

jest.setTimeout(30_000);

describe('FolderLock', () => {
  let folder: TemporaryFolder;
  const children: ChildProcess[] = [];

  beforeEach(async () => void (folder = await TemporaryFolder.make()));
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await folder[Symbol.asyncDispose]();
  });

  /** Another process that tries to take the folder, and says whether it did. */
  async function taker(): Promise<{ readonly child: ChildProcess; readonly took: boolean }> {
    const script = join(folder.path, 'taker.js');
    const lock = JSON.stringify(join(dirname(childEntry()), 'lib/embedded/folder-lock.js'));
    await writeFile(script, `const { FolderLock } = require(${lock});
      FolderLock.take(${JSON.stringify(folder.path)}, 0).then((lock) => process.send(lock instanceof FolderLock));
      setInterval(() => {}, 1_000);`);
    const child = fork(script);
    children.push(child);
    const [took] = (await once(child, 'message')) as [boolean];
    return { child, took };
  }

  it('gives the folder to one of many who ask at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const outcomes = await Promise.all(Array.from({ length: 8 }, () => FolderLock.take(folder.path, 0)));
      const locks = outcomes.filter((outcome) => outcome instanceof FolderLock);
      expect(locks).toHaveLength(1);
      locks[0]![Symbol.dispose]();
    }
  });

  it('gives it to one of many processes', async () => {
    const outcomes = await Promise.all(Array.from({ length: 4 }, taker));
    expect(outcomes.filter(({ took }) => took)).toHaveLength(1);
  });

  it('says which process has it', async () => {
    const { child } = await taker();
    expect(await FolderLock.take(folder.path, 0)).toEqual({ pid: child.pid });
  });

  it('is free as soon as its process was killed', async () => {
    const { child } = await taker();
    child.kill('SIGKILL');
    await once(child, 'exit');
    using lock = (await FolderLock.take(folder.path, 0)) as FolderLock;
    expect(lock).toBeInstanceOf(FolderLock);
  });

  it('waits for one who is about to leave', async () => {
    const first = (await FolderLock.take(folder.path, 0)) as FolderLock;
    setTimeout(() => first[Symbol.dispose](), 100);
    using second = (await FolderLock.take(folder.path, 5_000)) as FolderLock;
    expect(second).toBeInstanceOf(FolderLock);
  });

  it('leaves one file behind, however often it was taken', async () => {
    for (let round = 0; round < 3; round += 1) ((await FolderLock.take(folder.path, 0)) as FolderLock)[Symbol.dispose]();
    expect(await readdir(folder.path)).toEqual(['lock.3']);
  });
});
