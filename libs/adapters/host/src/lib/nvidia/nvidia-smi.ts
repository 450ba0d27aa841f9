import type { GpuReading } from '@cortex/resource-governor';
import { execFile, type ChildProcess, type ExecFileException } from 'node:child_process';
import { systemCodeOf } from '@cortex/kernel';
import { UnreadableError } from '../host.errors';

const QUERY = ['--query-gpu=index,utilization.gpu,memory.used,memory.total', '--format=csv,noheader,nounits'];
const MIB = 2 ** 20;
/** `[N/A]`, `[Not Supported]`: the driver does not say; a figure under MIG, or memory that is the machine's own. */
const UNSAID = /^\[(N\/A|Not Supported)\]$/;

/** The driver's own tool, asked at most once at a time. */
export class NvidiaSmi implements Disposable {
  #running: ChildProcess | undefined;

  constructor(private readonly path: string, private readonly timeoutMs: number) {}

  /** The cards; undefined where the tool does not exist. @throws UnreadableError when it hangs, fails or says nonsense */
  async query(): Promise<readonly GpuReading[] | undefined> {
    const text = await this.#run();
    return text === undefined ? undefined : gpusOf(text);
  }

  [Symbol.dispose](): void {
    this.#running?.kill('SIGKILL');
  }

  /** A tool that hangs in the driver survives even SIGKILL: it is left behind, and none is started beside it. */
  async #run(): Promise<string | undefined> {
    if (this.#running) throw new UnreadableError('the last nvidia-smi still hangs');
    return new Promise((resolve, reject) => {
      const child = this.#start((error, stdout) => {
        clearTimeout(late);
        this.#running = undefined;
        if (!error || isNone(stdout)) resolve(stdout);
        else if (systemCodeOf(error) === 'ENOENT') resolve(undefined);
        else reject(failureOf(error));
      });
      this.#running = child;
      const late = setTimeout(() => {
        abandon(child);
        reject(new UnreadableError(`nvidia-smi did not answer within ${this.timeoutMs} ms`));
      }, this.timeoutMs);
    });
  }

  /** Some of what the system refuses is thrown at once. @throws UnreadableError */
  #start(ended: (error: ExecFileException | null, stdout: string) => void): ChildProcess {
    try {
      return execFile(this.path, QUERY, { maxBuffer: 2 ** 16 }, ended);
    } catch (error) {
      throw failureOf(error as ExecFileException);
    }
  }
}

/** Nothing of it keeps this process from ending. */
function abandon(child: ChildProcess): void {
  child.kill('SIGKILL');
  child.stdout?.destroy();
  child.stderr?.destroy();
  child.unref();
}

/** A driver without cards ends with an error. */
function isNone(stdout: string): boolean {
  return stdout.startsWith('No devices were found');
}

function failureOf(error: ExecFileException): UnreadableError {
  return new UnreadableError(`nvidia-smi failed with ${error.code ?? error.signal}`, { cause: error });
}

function gpusOf(text: string): GpuReading[] {
  return isNone(text) ? [] : text.split('\n').filter(Boolean).flatMap(gpuOf);
}

/** A card without memory of its own is left out: there is nothing to budget. */
function gpuOf(line: string): GpuReading[] {
  const [gpu = '', utilization = '', used = '', total = ''] = line.split(',').map((field) => field.trim());
  if (UNSAID.test(used) || UNSAID.test(total)) return [];
  if (![gpu, used, total].every(isWhole) || !(isWhole(utilization) || UNSAID.test(utilization))) throw new UnreadableError('nvidia-smi says nonsense');
  const share = isWhole(utilization) && { utilization: Math.min(1, Number(utilization) / 100) };
  return [{ gpu, ...share, usedBytes: Number(used) * MIB, totalBytes: Number(total) * MIB }];
}

function isWhole(text: string): boolean {
  return /^\d{1,12}$/.test(text);
}
