import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCodeOf } from '@cortex/kernel';
import { UnreadableError } from './host.errors';

/** No such file, a process or cgroup that has gone meanwhile, a feature that this kernel does not offer. */
const ABSENT = ['ENOENT', 'ENOTDIR', 'ESRCH', 'ENODEV', 'EOPNOTSUPP', 'ENOTSUP'];
const REFUSED = ['EACCES', 'EPERM'];
/** To make these up takes the kernel milliseconds, so a thread waits for them. Of all others a thread would cost more than the file. */
const SLOW = /(memory\.stat|smaps_rollup)$/;

/** The small files that the kernel makes up as they are read (/proc, /sys), under a root that specs replace. */
export class KernelFiles {
  constructor(private readonly root: string) {}

  /** The text; undefined where there is none. @throws UnreadableError for one cut short, the system's error for one it refuses */
  async find(path: string): Promise<string | undefined> {
    const file = join(this.root, path);
    const text = await unlessAbsent(async () => (SLOW.test(path) ? readFile(file, 'utf8') : readFileSync(file, 'utf8')));
    if (text && !/\s$/.test(text)) throw new UnreadableError(`${path} is cut short`);
    return text;
  }

  async get(path: string): Promise<string> {
    const text = await this.find(path);
    if (text === undefined) throw new UnreadableError(`${path} is missing`);
    return text;
  }

  /** As `find`, and undefined also where the system refuses it. */
  async findAllowed(path: string): Promise<string | undefined> {
    try {
      return await this.find(path);
    } catch (error) {
      if (!REFUSED.includes(systemCodeOf(error) ?? '')) throw error;
      return undefined;
    }
  }

  /** The names in a folder; none where there is no folder. */
  async list(path: string): Promise<readonly string[]> {
    return (await unlessAbsent(async () => readdirSync(join(this.root, path)))) ?? [];
  }
}

async function unlessAbsent<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!ABSENT.includes(systemCodeOf(error) ?? '')) throw error;
    return undefined;
  }
}
