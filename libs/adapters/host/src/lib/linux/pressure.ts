import { UnreadableError } from '../host.errors';
import type { KernelFiles } from '../kernel-files';
import type { Cgroups, Controller } from './cgroups';

/** Share of the last 10 s in which something waited, 0 to 1: in this cgroup, else on the machine (PSI, psi(7)); undefined where the kernel has none. */
export async function pressure(files: KernelFiles, cgroups: Cgroups, controller: Controller): Promise<number | undefined> {
  const own = cgroups.unified?.folders[0];
  const text = (own && (await files.find(`${own}/${controller}.pressure`))) ?? (await files.find(`/proc/pressure/${controller}`));
  return text === undefined ? undefined : someAvg10(text);
}

function someAvg10(text: string): number {
  const match = /^some avg10=(\d{1,3}(?:\.\d+)?) /m.exec(text);
  if (!match) throw new UnreadableError('the pressure has no `some avg10`');
  return Math.min(1, Math.round(Number(match[1]) * 100) / 10_000);
}
