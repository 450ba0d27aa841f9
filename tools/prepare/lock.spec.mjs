import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withLock } from './lock.mjs';

describe('withLock', () => {
  let folder;
  let lock;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cortex-lock-'));
    lock = join(folder, 'sub', 'prepare.lock');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const deadPid = () => spawnSync(process.execPath, ['-e', '']).pid;
  const put = (pid) => withLock(join(folder, 'sub', 'other'), () => writeFileSync(lock, String(pid)));

  it('gives back what the work returns and leaves nothing behind', async () => {
    await expect(withLock(lock, () => 7)).resolves.toBe(7);
    expect(readdirSync(join(folder, 'sub'))).toEqual([]);
  });

  it('is free again after work that failed', async () => {
    await expect(withLock(lock, () => Promise.reject(new Error('no space')))).rejects.toThrow('no space');
    expect(existsSync(lock)).toBe(false);
  });

  it('never lets two in at once', async () => {
    let inside = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++inside);
      await sleep(5);
      inside--;
    };

    await Promise.all([1, 2, 3, 4].map(() => withLock(lock, work)));
    expect(most).toBe(1);
  });

  it('waits for a holder that lives, and says who it is', async () => {
    await put(process.pid);
    const waiting = [];
    const done = withLock(lock, () => 'done', (pid) => waiting.push(pid));
    await sleep(50);
    expect(waiting).toEqual([process.pid]);

    rmSync(lock);
    await expect(done).resolves.toBe('done');
  });

  it('takes over from a process that died', async () => {
    await put(deadPid());
    await expect(withLock(lock, () => 'done')).resolves.toBe('done');
  });

  it('takes over a lock older than any build, whose process number is in use again', async () => {
    await put(process.pid);
    utimesSync(lock, 0, 0);
    await expect(withLock(lock, () => 'done')).resolves.toBe('done');
  });
});
