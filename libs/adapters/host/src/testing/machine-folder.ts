import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder that looks like a machine's root to the probe. A file of `FORBIDDEN` exists and cannot be read. */
export class MachineFolder implements Disposable {
  readonly root = mkdtempSync(join(tmpdir(), 'cortex-host-'));

  constructor(files: Files = {}) {
    this.write(files);
  }

  /** Of a file that is undefined nothing is left. */
  write(files: Files): this {
    for (const [path, text] of Object.entries(files)) this.#write(join(this.root, path), text);
    return this;
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  #write(path: string, text: Files[string]): void {
    rmSync(path, { recursive: true, force: true });
    if (text === undefined) return;
    mkdirSync(text === FORBIDDEN ? path : dirname(path), { recursive: true });
    if (text !== FORBIDDEN) writeFileSync(path, text, { mode: 0o755 });
  }
}

/** In place of the file stands a folder: reading it fails for everybody, also for root, whom no permission stops. */
export const FORBIDDEN = null;

/** Contents by path below the root. */
export type Files = Readonly<Record<string, string | typeof FORBIDDEN | undefined>>;

export const GIB = 2 ** 30;
export const PID = 100;

/** A process of 300 MB and 1.5 s of CPU time, without threads beside its first. */
export function processFiles(pid: number, { children = '', rssKb = 300_000, pssKb = 200_000, ticks = 150 } = {}): Files {
  return {
    [`proc/${pid}/stat`]: `${pid} (node (main) 1) S 1 ${pid} 1 0 -1 4194560 9 0 0 0 ${ticks} 0 0 0 20 0 11 0 100 1000 2000 18446744073709551615 0\n`,
    [`proc/${pid}/status`]: `Name:\tnode\nState:\tS (sleeping)\nPid:\t${pid}\nVmRSS:\t  ${rssKb} kB\nRssAnon:\t  1 kB\n`,
    [`proc/${pid}/smaps_rollup`]: `00400000-7fff ---p 00000000 00:00 0 [rollup]\nRss:  ${rssKb} kB\nPss:  ${pssKb} kB\nPss_Dirty:  1 kB\n`,
    [`proc/${pid}/task/${pid}/children`]: children,
  };
}

/** A bare machine of 8 GiB, 6 of them available. */
export const bare: Files = {
  'proc/meminfo': `MemTotal:        ${8 * 2 ** 20} kB\nMemFree:          100 kB\nMemAvailable:    ${6 * 2 ** 20} kB\n`,
  'proc/pressure/cpu': psi('12.50'),
  'proc/pressure/memory': psi('0.00'),
  ...processFiles(PID),
};

/** On it, a container with cgroup version 2 and a limit of 4 GiB, 1 of 3 held being page cache. */
export const container2: Files = {
  ...bare,
  'proc/self/cgroup': '0::/pod/app\n',
  'proc/self/mountinfo': `22 1 0:21 / / rw - ext4 /dev/vda rw\n30 22 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n`,
  'sys/fs/cgroup/pod/app/memory.max': `${4 * GIB}\n`,
  'sys/fs/cgroup/pod/app/memory.current': `${3 * GIB}\n`,
  'sys/fs/cgroup/pod/app/memory.stat': `anon 1\nfile 7\ninactive_file ${GIB / 2}\nactive_file ${GIB / 4}\nslab_reclaimable ${GIB / 4}\n`,
  'sys/fs/cgroup/pod/app/cpu.max': '50000 100000\n',
  'sys/fs/cgroup/pod/app/cpu.pressure': psi('40.00'),
  'sys/fs/cgroup/pod/app/memory.pressure': psi('7.00'),
  'sys/fs/cgroup/pod/memory.max': 'max\n',
  'sys/fs/cgroup/pod/cpu.max': 'max 100000\n',
};

/** The same with cgroup version 1, whose mounts show the container's own cgroup as their top. */
export const container1: Files = {
  ...bare,
  'proc/self/cgroup': '7:memory:/docker/1f\n3:cpu,cpuacct:/docker/1f\n1:name=systemd:/docker/1f\n',
  'proc/self/mountinfo':
    '35 31 0:32 /docker/1f /sys/fs/cgroup/memory ro,nosuid - cgroup cgroup rw,memory\n36 31 0:33 /docker/1f /sys/fs/cgroup/cpu,cpuacct ro,nosuid - cgroup cgroup rw,cpu,cpuacct\n',
  'sys/fs/cgroup/memory/memory.limit_in_bytes': `${4 * GIB}\n`,
  'sys/fs/cgroup/memory/memory.usage_in_bytes': `${3 * GIB}\n`,
  'sys/fs/cgroup/memory/memory.stat': `inactive_file 1\nactive_file 1\ntotal_inactive_file ${GIB / 2}\ntotal_active_file ${GIB / 2}\n`,
  'sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '50000\n',
  'sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us': '100000\n',
};

export function psi(some: string): string {
  return `some avg10=${some} avg60=0.00 avg300=0.00 total=1\nfull avg10=99.00 avg60=0.00 avg300=0.00 total=0\n`;
}
