import { UnreadableError } from '../host.errors';
import type { KernelFiles } from '../kernel-files';
import { valueOf, wholeOf } from '../numbers';

/** The kernel counts CPU time for user space in hundredths of a second, on every architecture (USER_HZ). */
const TICK_MS = 10;

/** A process and all its descendants, as they were at one moment; one that vanishes in between counts nothing. */
export class ProcessTree {
  private constructor(private readonly files: KernelFiles, private readonly pids: readonly number[]) {}

  /** @throws UnreadableError where the kernel keeps no lists of children (CONFIG_PROC_CHILDREN) */
  static async of(files: KernelFiles, root: number): Promise<ProcessTree> {
    await files.get(`/proc/${root}/task/${root}/children`);
    const pids = new Set([root]);
    for (let generation = [root]; generation.length > 0; ) {
      const children = (await Promise.all(generation.map((pid) => childrenOf(files, pid)))).flat();
      generation = children.filter((pid) => !pids.has(pid));
      generation.forEach((pid) => pids.add(pid));
    }
    return new ProcessTree(files, [...pids]);
  }

  /** Shared pages count once: each process its part of them (PSS), or all where its part may not be read. The kernel walks all pages for it. */
  residentBytes(): Promise<number> {
    return this.#sum((pid) => proportionalBytes(this.files, pid));
  }

  /** As `residentBytes`, but without that walk for a lone process: pages that it shares with strangers count whole. */
  roughResidentBytes(): Promise<number> {
    return this.pids.length > 1 ? this.residentBytes() : this.#sum((pid) => residentBytes(this.files, pid));
  }

  /** CPU time of all, and of children that have ended and were waited for. */
  cpuMs(): Promise<number> {
    return this.#sum((pid) => cpuMs(this.files, pid));
  }

  async #sum(read: (pid: number) => Promise<number | undefined>): Promise<number> {
    const [root, ...others] = await Promise.all(this.pids.map(read));
    if (root === undefined) throw new UnreadableError('this process itself is not to be found');
    return others.reduce<number>((sum, value) => sum + (value ?? 0), root);
  }
}

/** Each thread has a list of the processes that it began. */
async function childrenOf(files: KernelFiles, pid: number): Promise<number[]> {
  const threads = await files.list(`/proc/${pid}/task`);
  const lists = await Promise.all(threads.map((thread) => files.find(`/proc/${pid}/task/${thread}/children`)));
  return lists.flatMap((list) => list?.split(/\s+/).filter(Boolean) ?? []).map((child) => wholeOf(child, 'a child'));
}

async function proportionalBytes(files: KernelFiles, pid: number): Promise<number | undefined> {
  const rollup = await files.findAllowed(`/proc/${pid}/smaps_rollup`);
  return rollup ? valueOf(rollup, 'Pss') : residentBytes(files, pid);
}

async function residentBytes(files: KernelFiles, pid: number): Promise<number | undefined> {
  const status = await files.find(`/proc/${pid}/status`);
  if (!status) return undefined;
  return /^State:\s+[ZX]/m.test(status) ? 0 : valueOf(status, 'VmRSS');
}

/** /proc/<pid>/stat: the name in brackets may hold anything, also brackets; utime, stime, cutime, cstime are fields 14 to 17. */
async function cpuMs(files: KernelFiles, pid: number): Promise<number | undefined> {
  const stat = await files.find(`/proc/${pid}/stat`);
  if (!stat) return undefined;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return [11, 12, 13, 14].reduce((sum, field) => sum + wholeOf(fields[field], 'a CPU time') * TICK_MS, 0);
}
