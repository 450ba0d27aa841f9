import { availableParallelism, freemem, totalmem } from 'node:os';
import { Machine, type MachineState } from './machine';

/** What Node tells on every system: no containers, no children, and cache counts as used. */
export class PortableMachine extends Machine {
  async look(): Promise<MachineState> {
    const { user, system } = process.cpuUsage();
    return {
      cores: availableParallelism(),
      cpuMs: (user + system) / 1_000,
      residentBytes: await this.residentBytes(),
      usedBytes: totalmem() - freemem(),
      limitBytes: totalmem(),
      limitOf: 'machine',
    };
  }

  residentBytes(): Promise<number> {
    return Promise.resolve(process.memoryUsage.rss());
  }
}
