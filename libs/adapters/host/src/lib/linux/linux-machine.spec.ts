import { availableParallelism } from 'node:os';
import { bare, container1, container2, FORBIDDEN, GIB, MachineFolder, PID, processFiles, psi, type Files } from '../../testing/machine-folder';
import { KernelFiles } from '../kernel-files';
import { Survey } from '../survey';
import { LinuxMachine } from './linux-machine';

const look = async (...files: Files[]) => {
  using folder = new MachineFolder(Object.assign({}, ...files) as Files);
  const survey = new Survey();
  const state = await new LinuxMachine(new KernelFiles(folder.root), PID).look(survey);
  return { ...absent, ...state, unreadable: survey.unreadable };
};
const absent = { cpuMs: undefined, residentBytes: undefined, limitBytes: undefined, usedBytes: undefined };
const app = 'sys/fs/cgroup/pod/app';

describe('LinuxMachine', () => {
  describe('look', () => {
    it('takes a bare machine for its own limit', async () => {
      expect(await look(bare)).toEqual({
        cores: availableParallelism(),
        cpuMs: 1_500,
        residentBytes: 300_000 * 1_024,
        limitBytes: 8 * GIB,
        limitOf: 'machine',
        usedBytes: 2 * GIB,
        cpuPressure: 0.125,
        memoryPressure: 0,
        unreadable: [],
      });
    });

    it.each([
      ['version 2', container2],
      ['version 1', container1],
    ])('takes the limits of a container of cgroup %s, without the cache that it may drop', async (_, container) => {
      expect(await look(container)).toMatchObject({ cores: 0.5, limitBytes: 4 * GIB, usedBytes: 2 * GIB, unreadable: [] });
    });

    it('has the pressure of its own cgroup where there is one', async () => {
      expect(await look(container2)).toMatchObject({ cpuPressure: 0.4, memoryPressure: 0.07 });
      expect(await look(container1)).toMatchObject({ cpuPressure: 0.125, memoryPressure: 0 });
    });

    it('has no pressure on a kernel that measures none', async () => {
      const state = await look(bare, { 'proc/pressure/cpu': undefined, 'proc/pressure/memory': undefined });
      expect(state).toMatchObject({ cpuPressure: undefined, memoryPressure: undefined, unreadable: [] });
    });

    describe('with limits on the way up', () => {
      const pod = {
        'sys/fs/cgroup/pod/memory.max': `${2 * GIB}\n`,
        'sys/fs/cgroup/pod/memory.current': `${GIB}\n`,
        'sys/fs/cgroup/pod/memory.stat': 'inactive_file 0\nactive_file 0\nslab_reclaimable 0\n',
      };

      it('lets the smallest count, with what is held under it', async () => {
        expect(await look(container2, pod)).toMatchObject({ limitBytes: 2 * GIB, usedBytes: GIB });
        expect(await look(container2, { 'sys/fs/cgroup/pod/cpu.max': '25000 100000\n' })).toMatchObject({ cores: 0.25 });
      });

      it('takes the outermost of equal ones, which holds what the others hold', async () => {
        expect(await look(container2, pod, { [`${app}/memory.max`]: `${2 * GIB}\n` })).toMatchObject({ usedBytes: GIB });
      });

      it('takes the machine where it has less than the container may hold', async () => {
        expect(await look(container2, { [`${app}/memory.max`]: `${64 * GIB}\n` })).toMatchObject({ limitBytes: 8 * GIB, usedBytes: 2 * GIB });
      });

      it("knows version 1's way to write no limit", async () => {
        const unlimited = { 'sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n', 'sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '-1\n' };
        expect(await look(container1, unlimited)).toMatchObject({ limitBytes: 8 * GIB, usedBytes: 2 * GIB, cores: availableParallelism() });
      });
    });

    it.each([
      ['is forbidden', FORBIDDEN],
      ['holds garbage', 'garbage\n'],
      ['is cut short', '429496'],
      ['is empty', ''],
    ])('leaves out the fields of a source that %s, and names it', async (_, text) => {
      const cgroupMemory = { limitBytes: undefined, usedBytes: undefined, unreadable: ['cgroup memory'] };
      expect(await look(container2, { [`${app}/memory.max`]: text })).toMatchObject(cgroupMemory);
      expect(await look(container2, { [`${app}/memory.current`]: text })).toMatchObject(cgroupMemory);
      expect(await look(container2, { [`${app}/memory.stat`]: text })).toMatchObject(cgroupMemory);
      expect(await look(container1, { 'sys/fs/cgroup/memory/memory.limit_in_bytes': text })).toMatchObject(cgroupMemory);
      expect(await look(container2, { [`${app}/cpu.max`]: text })).toMatchObject({ cores: availableParallelism(), unreadable: ['cgroup cpu'] });
      expect(await look(container1, { 'sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us': text })).toMatchObject({ unreadable: ['cgroup cpu'] });
      expect(await look(bare, { 'proc/meminfo': text })).toMatchObject({ limitBytes: undefined, usedBytes: undefined, unreadable: ['machine memory'] });
      expect(await look(container2, { [`${app}/cpu.pressure`]: text })).toMatchObject({ cpuPressure: undefined, unreadable: ['cpu pressure'] });
      expect(await look(bare, { 'proc/pressure/memory': text })).toMatchObject({ memoryPressure: undefined, unreadable: ['memory pressure'] });
      const tree = { cpuMs: undefined, residentBytes: undefined, unreadable: ['process tree'] };
      expect(await look(bare, { [`proc/${PID}/stat`]: text })).toMatchObject(tree);
      expect(await look(bare, { [`proc/${PID}/status`]: text })).toMatchObject(tree);
    });

    it('does not take the machine for the limit when it cannot tell whether there is a smaller one', async () => {
      const state = await look(container2, { 'proc/self/mountinfo': FORBIDDEN });
      expect(state).toMatchObject({ limitBytes: undefined, usedBytes: undefined, cores: availableParallelism() });
      expect(state.unreadable.sort()).toEqual(['cgroup cpu', 'cgroup memory', 'cpu pressure', 'memory pressure']);
    });

    it('keeps the limit of the container when the machine cannot be read', async () => {
      expect(await look(container2, { 'proc/meminfo': undefined })).toMatchObject({ limitBytes: 4 * GIB, unreadable: ['machine memory'] });
    });

    it('names a file that is missing where its neighbours are there', async () => {
      expect(await look(container2, { [`${app}/memory.current`]: undefined })).toMatchObject({ limitBytes: undefined, unreadable: ['cgroup memory'] });
    });

    it.each(['0 100000\n', '100000 0\n'])('does not believe a quota of %j', async (quota) => {
      expect(await look(container2, { [`${app}/cpu.max`]: quota })).toMatchObject({ unreadable: ['cgroup cpu'] });
    });

    it('never shows more pressure than all of the time', async () => {
      expect(await look(bare, { 'proc/pressure/cpu': psi('100.01') })).toMatchObject({ cpuPressure: 1 });
    });

    it('knows nothing, and says so, where there is no /proc', async () => {
      expect(await look({})).toEqual({
        ...absent,
        cores: availableParallelism(),
        cpuPressure: undefined,
        memoryPressure: undefined,
        unreadable: expect.arrayContaining(['process tree', 'machine memory']),
      });
    });
  });

  describe('residentBytes', () => {
    it('counts shared pages in part, also of a lone process', async () => {
      using folder = new MachineFolder(bare);
      expect(await new LinuxMachine(new KernelFiles(folder.root), PID).residentBytes(new Survey())).toBe(200_000 * 1_024);
    });

    it('is that of the tree', async () => {
      using folder = new MachineFolder({ ...bare, ...processFiles(PID, { children: '101 ' }), ...processFiles(101) });
      expect(await new LinuxMachine(new KernelFiles(folder.root), PID).residentBytes(new Survey())).toBe(400_000 * 1_024);
    });
  });
});
