import { join } from 'node:path';
import { UnreadableError } from '../host.errors';
import type { KernelFiles } from '../kernel-files';

export type Controller = 'memory' | 'cpu';

/** Where the limits of this process are: its own cgroup's folder first, then each ancestor's up to the mount point. */
export interface Hierarchy {
  readonly version: 1 | 2;
  readonly folders: readonly string[];
}

interface Mount {
  readonly version: 1 | 2;
  /** The part of the hierarchy that is mounted; in a container often its own cgroup. */
  readonly root: string;
  readonly point: string;
  readonly controllers: readonly string[];
}

interface Membership {
  readonly controllers: readonly string[];
  readonly path: string;
}

/** The cgroups of this process (cgroups(7), proc_pid_mountinfo(5)): version 1, version 2 or both side by side. */
export class Cgroups {
  private constructor(private readonly memberships: readonly Membership[], private readonly mounts: readonly Mount[]) {}

  /** None where the kernel has no cgroups. @throws where its tables cannot be read: a limit that is not seen is not `no limit` */
  static async read(files: KernelFiles): Promise<Cgroups> {
    const [memberships = '', mounts = ''] = await Promise.all([files.find('/proc/self/cgroup'), files.find('/proc/self/mountinfo')]);
    return new Cgroups(linesOf(memberships).map(membershipOf), linesOf(mounts).flatMap(mountOf));
  }

  /** Undefined where nothing limits this process. */
  of(controller: Controller): Hierarchy | undefined {
    return this.#first(controller) ?? this.unified;
  }

  /** Version 2's, which exists beside version 1 on some systems. */
  get unified(): Hierarchy | undefined {
    const mount = this.mounts.find(({ version }) => version === 2);
    const membership = this.memberships.find(({ controllers }) => controllers.length === 0);
    return mount && membership && { version: 2, folders: foldersOf(mount, membership.path) };
  }

  #first(controller: Controller): Hierarchy | undefined {
    const mount = this.mounts.find(({ controllers }) => controllers.includes(controller));
    const membership = this.memberships.find(({ controllers }) => controllers.includes(controller));
    return mount && membership && { version: 1, folders: foldersOf(mount, membership.path) };
  }
}

function linesOf(text: string): string[] {
  return text.split('\n').filter(Boolean);
}

/** A line of /proc/self/cgroup: `4:cpu,cpuacct:/docker/1f` or, of version 2, `0::/docker/1f`. */
function membershipOf(line: string): Membership {
  const match = /^\d+:([^:]*):(\/.*)$/.exec(line);
  if (!match) throw new UnreadableError('/proc/self/cgroup has a line that is none');
  return { controllers: match[1]!.split(',').filter(Boolean), path: match[2]! };
}

/** A line of /proc/self/mountinfo: `35 31 0:32 /docker/1f /sys/fs/cgroup/memory ro,nosuid - cgroup cgroup rw,memory`. */
function mountOf(line: string): Mount[] {
  const match = /^\d+ \d+ \S+ (\S+) (\S+) .*?- (\S+) \S+ (\S+)$/.exec(line);
  if (!match) throw new UnreadableError('/proc/self/mountinfo has a line that is none');
  const [root, point, type, options] = match.slice(1).map(unescape) as [string, string, string, string];
  if (type !== 'cgroup' && type !== 'cgroup2') return [];
  return [{ version: type === 'cgroup' ? 1 : 2, root, point, controllers: type === 'cgroup' ? options.split(',') : [] }];
}

/** Spaces and the like stand there as `\040`. */
function unescape(text: string): string {
  return text.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));
}

/** A path outside of what is mounted is not to be seen: then the mount's own top is the nearest ancestor that is. */
function foldersOf({ root, point }: Mount, path: string): string[] {
  const base = root === '/' ? '' : root;
  const inside = path === root || path.startsWith(`${base}/`);
  const steps = inside ? path.slice(base.length).split('/').filter(Boolean) : [];
  const visible = steps.includes('..') ? [] : steps;
  return Array.from({ length: visible.length + 1 }, (_, up) => join(point, ...visible.slice(0, visible.length - up)));
}
