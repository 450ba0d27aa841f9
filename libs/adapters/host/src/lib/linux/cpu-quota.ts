import { UnreadableError } from '../host.errors';
import type { KernelFiles } from '../kernel-files';
import { wholeOf } from '../numbers';
import type { Cgroups } from './cgroups';

/** Cores' worth of CPU time that the tightest cgroup on the way up grants; Infinity where none limits it. */
export async function cpuQuota(files: KernelFiles, cgroups: Cgroups): Promise<number> {
  const hierarchy = cgroups.of('cpu');
  if (!hierarchy) return Infinity;
  const read = hierarchy.version === 2 ? quotaOfMax : quotaOfCfs;
  return Math.min(...(await Promise.all(hierarchy.folders.map((folder) => read(files, folder)))));
}

/** Version 2: `150000 100000` microseconds in each period, or `max 100000`. */
async function quotaOfMax(files: KernelFiles, folder: string): Promise<number> {
  const text = await files.find(`${folder}/cpu.max`);
  if (text === undefined) return Infinity;
  const [quota, period] = text.trim().split(' ');
  return quota === 'max' ? Infinity : coresOf(quota, period);
}

/** Version 1: two files, -1 for no limit. */
async function quotaOfCfs(files: KernelFiles, folder: string): Promise<number> {
  const [quota, period] = await Promise.all([files.find(`${folder}/cpu.cfs_quota_us`), files.find(`${folder}/cpu.cfs_period_us`)]);
  return quota === undefined || quota.trim() === '-1' ? Infinity : coresOf(quota, period);
}

function coresOf(quota: string | undefined, period: string | undefined): number {
  const cores = wholeOf(quota, 'the CPU quota') / wholeOf(period, 'the CPU period');
  if (!(cores > 0 && cores < Infinity)) throw new UnreadableError('the CPU quota or its period is 0');
  return cores;
}
