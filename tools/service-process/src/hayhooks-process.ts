import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port';
import { repositoryRoot } from './paths';

/** Where somebody installed it: python3 -m venv .cache/hayhooks, .cache/hayhooks/bin/pip install -r tools/service-process/hayhooks/requirements.txt. */
const HAYHOOKS = join(repositoryRoot, '.cache/hayhooks/bin/hayhooks');
const PIPELINES = join(repositoryRoot, 'tools/service-process/hayhooks/pipelines');
const ASK_MS = 200;
const ASK_TIMES = 300;

/** A real Haystack server with pipelines for tests: `qa` and `find` work, `slow`, `broken` and `endless` do what they say. */
export class HayhooksProcess implements AsyncDisposable {
  private constructor(readonly port: number, readonly child: ChildProcess) {}

  static get isInstalled(): boolean {
    return existsSync(HAYHOOKS);
  }

  /** Starts it, on a port that it had before if one is given, and waits until it answers. */
  static async start(port?: number): Promise<HayhooksProcess> {
    const on = port ?? (await freePort());
    const env = { PATH: process.env['PATH'], HAYSTACK_TELEMETRY_ENABLED: 'False', LOG: 'ERROR' };
    const server = new HayhooksProcess(on, spawn(HAYHOOKS, ['run', '--host', '127.0.0.1', '--port', String(on), '--pipelines-dir', PIPELINES], { env, stdio: 'ignore' }));
    for (let times = 0; times < ASK_TIMES; times += 1) {
      if (await fetch(`${server.url}/status`).then(({ ok }) => ok, () => false)) return server;
      await sleep(ASK_MS);
    }
    await server.kill();
    throw new Error('Hayhooks does not answer');
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}
