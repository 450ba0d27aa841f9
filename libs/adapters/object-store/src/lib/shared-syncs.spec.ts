import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as kernel from '@cortex/kernel';
import { SharedSyncs } from './shared-syncs';

jest.mock('@cortex/kernel', () => ({ ...jest.requireActual<typeof kernel>('@cortex/kernel'), syncFolder: jest.fn() }));
const syncFolder = jest.mocked(kernel.syncFolder);

describe('SharedSyncs', () => {
  let release: (() => void)[];
  beforeEach(() => {
    release = [];
    syncFolder.mockReset().mockImplementation(() => new Promise((resolve) => release.push(resolve)));
  });
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  it('answers all who ask before it begins by one, and who asks later by the next', async () => {
    const syncs = new SharedSyncs();
    const first = [syncs.sync('a'), syncs.sync('a')];
    await settled();
    expect(syncFolder).toHaveBeenCalledTimes(1);
    let isLaterDone = false;
    const later = [syncs.sync('a'), syncs.sync('a')];
    void later[0]!.then(() => (isLaterDone = true));
    release[0]!();
    await Promise.all(first);
    await settled();
    expect([syncFolder.mock.calls.length, isLaterDone]).toEqual([2, false]);
    release[1]!();
    await Promise.all(later);
  });

  it('lets no folder wait for another', async () => {
    const syncs = new SharedSyncs();
    void syncs.sync('a');
    void syncs.sync('b');
    await settled();
    expect(syncFolder.mock.calls).toEqual([['a'], ['b']]);
  });

  it('tells those who waited of a failure, and tries anew for the next', async () => {
    syncFolder.mockRejectedValueOnce(new Error('no disk'));
    const syncs = new SharedSyncs();
    const failed = [syncs.sync('a'), syncs.sync('a')];
    for (const one of failed) await expect(one).rejects.toThrow('no disk');
    const again = syncs.sync('a');
    await settled();
    release[0]!();
    await again;
  });

  it('syncs a folder that is there', async () => {
    syncFolder.mockImplementation(jest.requireActual<typeof kernel>('@cortex/kernel').syncFolder);
    const folder = await mkdtemp(join(tmpdir(), 'syncs-'));
    await new SharedSyncs().sync(folder);
    await rm(folder, { recursive: true });
    await expect(new SharedSyncs().sync(folder)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
