import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fc from 'fast-check';
import { MachineFolder, processFiles, PID, type Files } from '../../testing/machine-folder';
import { KernelFiles } from '../kernel-files';
import { ProcessTree } from './process-tree';

/** What the system would say to somebody who may not look. */
class Refusing extends KernelFiles {
  override find(path: string): Promise<string | undefined> {
    return path.endsWith('smaps_rollup') ? Promise.reject(Object.assign(new Error('no'), { code: 'EACCES', syscall: 'open' })) : super.find(path);
  }
}

const measure = async (files: Files, Reader = KernelFiles) => {
  using folder = new MachineFolder(files);
  const tree = await ProcessTree.of(new Reader(folder.root), PID);
  return { residentKb: (await tree.residentBytes()) / 1_024, roughKb: (await tree.roughResidentBytes()) / 1_024, cpuMs: await tree.cpuMs() };
};
const live = (pid = process.pid) => ProcessTree.of(new KernelFiles('/'), pid);
const onLinux = process.platform === 'linux' ? it : it.skip;

describe('ProcessTree', () => {
  const parent = processFiles(PID, { children: '101 102 ' });
  const family = { ...parent, ...processFiles(101, { children: '103 ' }), ...processFiles(102), ...processFiles(103) };

  it('counts of a lone process what it shares with strangers in part, roughly in full', async () => {
    expect(await measure(processFiles(PID))).toEqual({ residentKb: 200_000, roughKb: 300_000, cpuMs: 1_500 });
  });

  it('counts the pages that several share once, and the time of all', async () => {
    expect(await measure(family)).toEqual({ residentKb: 4 * 200_000, roughKb: 4 * 200_000, cpuMs: 4 * 1_500 });
  });

  it('finds the children of every thread', async () => {
    expect(await measure({ ...processFiles(PID), [`proc/${PID}/task/7/children`]: '101 ', ...processFiles(101) })).toMatchObject({ cpuMs: 3_000 });
  });

  it('counts all pages of a process whose share may not be read', async () => {
    expect(await measure(family, Refusing)).toMatchObject({ residentKb: 4 * 300_000 });
    expect(await measure({ ...family, 'proc/101/smaps_rollup': undefined })).toMatchObject({ residentKb: 3 * 200_000 + 300_000 });
  });

  it('leaves out a process that vanished in between', async () => {
    expect(await measure({ ...parent, ...processFiles(101) })).toMatchObject({ residentKb: 2 * 200_000, cpuMs: 3_000 });
    expect(await measure({ ...parent, ...processFiles(101), 'proc/101/stat': '', 'proc/101/smaps_rollup': '', 'proc/101/status': '' })).toMatchObject({ residentKb: 200_000, cpuMs: 1_500 });
  });

  it('counts the time of a child that ended, and no memory, until its parent has taken notice', async () => {
    const dead = { ...processFiles(101), 'proc/101/smaps_rollup': undefined, 'proc/101/status': 'Name:\tnode\nState:\tZ (zombie)\n' };
    expect(await measure({ ...parent, ...dead })).toMatchObject({ residentKb: 200_000, cpuMs: 3_000 });
  });

  it('ends also where the lists go round in circles', async () => {
    expect(await measure({ ...parent, ...processFiles(101, { children: `${PID} 101 ` }) })).toMatchObject({ cpuMs: 3_000 });
  });

  it('refuses to guess where the kernel keeps no lists of children', async () => {
    await expect(measure({ ...processFiles(PID), [`proc/${PID}/task/${PID}/children`]: undefined })).rejects.toThrow('children is missing');
  });

  it('finds the times behind any name of a process', async () => {
    const files = processFiles(PID);
    const rest = ` S 1 1 1 0 -1 0 0 0 0 0 100 20 3 7 20 0 1 0\n`;
    await fc.assert(
      fc.asyncProperty(fc.stringMatching(/^[ -~]{0,15}$/), async (name) => {
        expect(await measure({ ...files, [`proc/${PID}/stat`]: `${PID} (${name})${rest}` })).toMatchObject({ cpuMs: 1_300 });
      }),
      { numRuns: 50 },
    );
  });

  onLinux('agrees with what Node says of this process', async () => {
    const tree = await live();
    expect((await tree.roughResidentBytes()) / process.memoryUsage.rss()).toBeCloseTo(1, 0);
    const { user, system } = process.cpuUsage();
    expect((await tree.cpuMs()) / ((user + system) / 1_000)).toBeCloseTo(1, 0);
  });

  onLinux('sees what a child takes, and that it has gone', async () => {
    const script = `globalThis.taken = Buffer.alloc(200e6, 1); console.log('taken'); process.stdin.resume()`;
    const before = await (await live()).residentBytes();
    const child = spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'pipe', 'inherit'] });
    try {
      await once(child.stdout, 'data');
      expect((await (await live()).residentBytes()) - before).toBeGreaterThan(150e6);
    } finally {
      child.stdin.end();
      await once(child, 'exit');
    }
    expect((await (await live()).residentBytes()) - before).toBeLessThan(100e6);
  }, 20_000);
});
