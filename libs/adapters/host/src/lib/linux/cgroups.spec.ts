import { KernelFiles } from '../kernel-files';
import { MachineFolder, type Files } from '../../testing/machine-folder';
import { Cgroups } from './cgroups';

const mount = (root: string, point: string, type: string) => `35 31 0:32 ${root} ${point} ro,nosuid shared:3 - ${type}\n`;
const readOf = async (files: Files): Promise<Cgroups> => {
  using folder = new MachineFolder(files);
  return await Cgroups.read(new KernelFiles(folder.root));
};
const cgroupsOf = (memberships: string, mounts: string) => readOf({ 'proc/self/cgroup': memberships, 'proc/self/mountinfo': mounts });

describe('Cgroups', () => {
  it('lists the own folder and each ancestor, up to the mount point', async () => {
    const cgroups = await cgroupsOf('0::/a/b\n', mount('/', '/sys/fs/cgroup', 'cgroup2 cgroup2 rw'));
    expect(cgroups.of('memory')).toEqual({ version: 2, folders: ['/sys/fs/cgroup/a/b', '/sys/fs/cgroup/a', '/sys/fs/cgroup'] });
  });

  it('prefers version 1 for a controller that is there, and keeps version 2 beside it', async () => {
    const mounts = mount('/', '/cg/memory', 'cgroup cgroup rw,memory') + mount('/', '/cg/unified', 'cgroup2 cgroup2 rw');
    const cgroups = await cgroupsOf('8:memory:/m\n0::/u\n', mounts);
    expect(cgroups.of('memory')).toEqual({ version: 1, folders: ['/cg/memory/m', '/cg/memory'] });
    expect(cgroups.of('cpu')?.folders).toEqual(['/cg/unified/u', '/cg/unified']);
  });

  it('finds its folder below a mount that shows a part of the hierarchy', async () => {
    const mounts = mount('/docker/1f', '/cg', 'cgroup cgroup rw,memory');
    expect((await cgroupsOf('8:memory:/docker/1f/job\n', mounts)).of('memory')?.folders).toEqual(['/cg/job', '/cg']);
    expect((await cgroupsOf('8:memory:/docker/1f\n', mounts)).of('memory')?.folders).toEqual(['/cg']);
  });

  it.each(['/docker/1f2', '/elsewhere', '/../other'])('takes the top of the mount for %s, which lies outside of it', async (path) => {
    expect((await cgroupsOf(`8:memory:${path}\n`, mount('/docker/1f', '/cg', 'cgroup cgroup rw,memory'))).of('memory')?.folders).toEqual(['/cg']);
    expect((await cgroupsOf('0::/../other\n', mount('/', '/cg', 'cgroup2 none rw'))).of('memory')?.folders).toEqual(['/cg']);
  });

  it('reads a mount point with a space', async () => {
    expect((await cgroupsOf('0::/\n', mount('/', '/my\\040cg', 'cgroup2 none rw'))).of('cpu')?.folders).toEqual(['/my cg']);
  });

  it('has nothing to say where the kernel has no cgroups or none is mounted', async () => {
    expect((await readOf({})).of('memory')).toBeUndefined();
    expect((await cgroupsOf('0::/a\n', '22 1 0:21 / / rw - ext4 /dev/vda rw\n')).of('memory')).toBeUndefined();
  });

  it.each([
    ['garbage\n', ''],
    ['0::/a\n', 'garbage\n'],
    ['0::/a', ''],
    ['0::\n', ''],
  ])('refuses tables that say nonsense: %j %j', async (memberships, mounts) => {
    await expect(cgroupsOf(memberships, mounts)).rejects.toThrow(/\/proc\/self/);
  });
});
