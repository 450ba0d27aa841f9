import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port';
import { repositoryRoot } from './paths';

/** How often a starting server is asked whether it is ready, and how many times. */
const ASK_MS = 50;
const ASK_TIMES = 1_200;
/** Well over the time in which it promises to end. */
const END_MS = 40_000;

/** A Cortex of its own as a child process: built before, on a free port, with a fresh home that goes with it. */
export class CortexProcess implements AsyncDisposable {
  #output = '';

  private constructor(readonly port: number, readonly home: string, readonly child: ChildProcess) {
    child.stdout!.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
    child.stderr!.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
  }

  /** Starts it and waits until it is ready. */
  static async start(environment: Readonly<Record<string, string>> = {}): Promise<CortexProcess> {
    const server = await CortexProcess.spawn(environment);
    await server.#ready();
    return server;
  }

  /** Starts it without waiting, to look at how it starts. */
  static async spawn(environment: Readonly<Record<string, string>> = {}): Promise<CortexProcess> {
    const home = await mkdtemp(join(tmpdir(), 'cortex-'));
    const port = await freePort();
    const env = { PATH: process.env['PATH'], CORTEX_HOME: home, CORTEX_PORT: String(port), LOG_LEVEL: 'warn', LOG_FORMAT: 'json', ...environment };
    const child = spawn(process.execPath, [join(repositoryRoot, 'apps/cortex/dist/main.js')], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    return new CortexProcess(port, home, child);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Everything it wrote to standard output and error. */
  get output(): string {
    return this.#output;
  }

  /** The first key, as it generated it. */
  async key(): Promise<string> {
    return (await readFile(join(this.home, 'bootstrap.key'), 'utf8')).trim();
  }

  async headers(): Promise<Record<string, string>> {
    return { authorization: `Bearer ${await this.key()}`, 'content-type': 'application/json' };
  }

  /** Resident memory in bytes (Linux). */
  async residentBytes(): Promise<number> {
    const status = await readFile(`/proc/${this.child.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024;
  }

  /** Its exit code, once it has ended; null when a signal ended it. */
  async ended(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'exit');
    return this.child.exitCode;
  }

  /** Ends it as a lost machine would: at once, whatever it does. Resolves when it has ended. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended();
  }

  /** Asks it to end, and waits for that. @throws when it does not, with what it wrote; then it is killed */
  async [Symbol.asyncDispose](): Promise<void> {
    let isLate = false;
    const late = setTimeout(() => (isLate = this.child.kill('SIGKILL')), END_MS);
    this.child.kill('SIGTERM');
    await this.ended();
    clearTimeout(late);
    await rm(this.home, { recursive: true, force: true });
    if (isLate) throw new Error(`the server did not end within ${END_MS} ms:\n${this.#output}`);
  }

  async #ready(): Promise<void> {
    for (let asked = 0; asked < ASK_TIMES && this.child.exitCode === null; asked += 1) {
      if (await isReady(this.url)) return;
      await new Promise((resolve) => setTimeout(resolve, ASK_MS));
    }
    this.child.kill('SIGKILL');
    throw new Error(`the server did not become ready:\n${this.#output}`);
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health/ready`)).ok;
  } catch {
    return false; // it does not listen yet
  }
}
