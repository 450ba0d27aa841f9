import { availableParallelism } from 'node:os';
import type { KernelFiles } from '../kernel-files';
import { Machine, type MachineState } from '../machine';
import type { Survey } from '../survey';
import { Cgroups } from './cgroups';
import { cpuQuota } from './cpu-quota';
import { machineMemory, tightestMemory } from './memory';
import { pressure } from './pressure';
import { ProcessTree } from './process-tree';

/** What Linux tells in /proc and /sys/fs/cgroup of the machine, the container and the tree of processes under `pid`. */
export class LinuxMachine extends Machine {
  constructor(private readonly files: KernelFiles, private readonly pid: number) {
    super();
  }

  async look(survey: Survey): Promise<MachineState> {
    const cgroups = Cgroups.read(this.files);
    const [tree, quota, memory, cpuPressure, memoryPressure] = await Promise.all([
      survey.ask('process tree', () => this.#useOfTree()),
      survey.ask('cgroup cpu', async () => cpuQuota(this.files, await cgroups)),
      this.#memory(survey, cgroups),
      survey.ask('cpu pressure', async () => pressure(this.files, await cgroups, 'cpu')),
      survey.ask('memory pressure', async () => pressure(this.files, await cgroups, 'memory')),
    ]);
    return { ...tree, ...memory, cores: Math.min(availableParallelism(), quota ?? Infinity), cpuPressure, memoryPressure };
  }

  residentBytes(survey: Survey): Promise<number | undefined> {
    return survey.ask('process tree', async () => (await ProcessTree.of(this.files, this.pid)).residentBytes());
  }

  async #useOfTree() {
    const tree = await ProcessTree.of(this.files, this.pid);
    const [cpuMs, residentBytes] = await Promise.all([tree.cpuMs(), tree.roughResidentBytes()]);
    return { cpuMs, residentBytes };
  }

  /** Absent when the container's limit cannot be read: the machine's, in its place, would be a promise that is not kept. */
  async #memory(survey: Survey, cgroups: Promise<Cgroups>) {
    const machine = await survey.ask('machine memory', () => machineMemory(this.files));
    return survey.ask('cgroup memory', async () => tightestMemory(this.files, await cgroups, machine));
  }
}
