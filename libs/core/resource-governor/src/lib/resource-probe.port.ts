/** One graphics card as its driver reports it. */
export interface GpuReading {
  /** Stable among this machine's: its index. */
  readonly gpu: string;
  /** 0 to 1; absent where the driver does not say (a card that is cut into parts). */
  readonly utilization?: number;
  readonly usedBytes: number;
  readonly totalBytes: number;
}

/** What the machine, or the container, has and uses now. A field that could not be read is absent and named in `unreadable`. */
export interface ResourceReading {
  /** Cores that this process may keep busy: the quota where there is one. */
  readonly cores: number;
  /** CPU time of this process and its children since the last reading, 0 to 1 of `cores`. */
  readonly cpuUtilization?: number;
  /** Resident memory of this process and all its children (shared pages once), in bytes. */
  readonly residentBytes?: number;
  /** What the container, or the machine, holds that cannot be dropped (page cache excluded). */
  readonly usedBytes?: number;
  /** What the container, or the machine, may hold. */
  readonly limitBytes?: number;
  /** Whose limit that is: a container's was set for this process, a machine's for all that runs on it. */
  readonly limitOf?: 'container' | 'machine';
  /** Share of the last 10 s in which something waited for it (PSI `some avg10`), 0 to 1; absent where the kernel has none. */
  readonly cpuPressure?: number;
  readonly memoryPressure?: number;
  /** Empty where there are none: a normal state. */
  readonly gpus: readonly GpuReading[];
  /** Sources that exist here and could not be read, by a bounded name such as `cgroup memory`. */
  readonly unreadable: readonly string[];
}

/** Looks at the machine. Never throws for a source that cannot be read. */
export abstract class ResourceProbe {
  /** May be asked often and by many: readers at the same time share one reading, which may be a moment old. */
  abstract read(): Promise<ResourceReading>;
  /** Resident memory of this process and all its children in bytes, fresh; undefined where it cannot be read. */
  abstract residentBytes(): Promise<number | undefined>;
}
