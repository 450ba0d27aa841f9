import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A PGlite of a spec's own, in a process of its own, as in production. */
export class PGliteServer implements AsyncDisposable {
  private constructor(private readonly child: ChildProcess, readonly address: { readonly host: string; readonly port: number; readonly user: string; readonly database: string }) {}

  static async start(): Promise<PGliteServer> {
    const child = spawn(process.execPath, [join(__dirname, 'pglite-server.mjs')], { stdio: ['pipe', 'pipe', 'inherit'] });
    const [port] = (await once(child.stdout!, 'data')) as [Buffer];
    return new PGliteServer(child, { host: '127.0.0.1', port: Number(port.toString()), user: 'postgres', database: 'postgres' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.stdin!.end();
    await once(this.child, 'exit');
  }
}
