import type { KernelFiles } from '../kernel-files';
import { valueOf, wholeOf } from '../numbers';
import type { Cgroups, Hierarchy } from './cgroups';

/** What may be held, and what is held of it that cannot be dropped. */
export interface MemoryUse {
  readonly limitBytes: number;
  readonly usedBytes: number;
  readonly limitOf: 'container' | 'machine';
}

/** Version 1 writes `no limit` as the largest whole number of pages, which depends on the page's size. */
const NO_LIMIT = 2 ** 60;

const FILES = {
  1: { limit: 'memory.limit_in_bytes', used: 'memory.usage_in_bytes', cache: ['total_inactive_file', 'total_active_file'] },
  2: { limit: 'memory.max', used: 'memory.current', cache: ['inactive_file', 'active_file', 'slab_reclaimable'] },
} as const;

/** The machine's memory by /proc/meminfo; page cache that can be dropped is not used, as MemAvailable has it. */
export async function machineMemory(files: KernelFiles): Promise<MemoryUse> {
  const text = await files.get('/proc/meminfo');
  const limitBytes = valueOf(text, 'MemTotal');
  return { limitBytes, usedBytes: Math.max(0, limitBytes - valueOf(text, 'MemAvailable')), limitOf: 'machine' };
}

/** The tightest of the limits on the way up, the machine (where it is known) being the last; of equal ones the outermost, which holds more. */
export async function tightestMemory(files: KernelFiles, cgroups: Cgroups, machine: MemoryUse | undefined): Promise<MemoryUse | undefined> {
  const hierarchy = cgroups.of('memory');
  const tightest = hierarchy && (await tightestFolder(files, hierarchy));
  if (!tightest || (machine && machine.limitBytes <= tightest.limitBytes)) return machine;
  return { limitBytes: tightest.limitBytes, usedBytes: await usedIn(files, tightest.folder, FILES[hierarchy.version]), limitOf: 'container' };
}

async function tightestFolder(files: KernelFiles, { version, folders }: Hierarchy) {
  const limits = await Promise.all(folders.map(async (folder) => ({ folder, limitBytes: await limitIn(files, `${folder}/${FILES[version].limit}`) })));
  const tightest = limits.reduce((least, level) => (level.limitBytes <= least.limitBytes ? level : least));
  return tightest.limitBytes < NO_LIMIT ? tightest : undefined;
}

/** Infinity where there is none: the topmost cgroup has no such file. */
async function limitIn(files: KernelFiles, path: string): Promise<number> {
  const text = await files.find(path);
  return text === undefined || text.trim() === 'max' ? Infinity : wholeOf(text, path);
}

async function usedIn(files: KernelFiles, folder: string, { used, cache }: (typeof FILES)[1 | 2]): Promise<number> {
  const [held, stat] = await Promise.all([files.get(`${folder}/${used}`), files.get(`${folder}/memory.stat`)]);
  const droppable = cache.reduce((sum, key) => sum + valueOf(stat, key), 0);
  return Math.max(0, wholeOf(held, used) - droppable);
}
