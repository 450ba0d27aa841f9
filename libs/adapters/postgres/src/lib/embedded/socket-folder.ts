import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** PostgreSQL's clients look for `<folder>/.s.PGSQL.<port>`. */
export const SOCKET_PORT = 5432;
/** Of a socket's path, with its final zero; less on some systems than Linux's 108. */
const MOST_BYTES = 100;

/** The folder of the database's socket: inside its own, or, where that has a long path, one of its own for as long as this lives. */
export class SocketFolder implements Disposable {
  readonly path: string;
  readonly #isTemporary: boolean;

  constructor(folder: string) {
    const inside = join(folder, 'socket');
    this.#isTemporary = Buffer.byteLength(socketIn(inside)) > MOST_BYTES;
    this.path = this.#isTemporary ? mkdtempSync(join(tmpdir(), 'cortex-db-')) : inside;
  }

  get socket(): string {
    return socketIn(this.path);
  }

  [Symbol.dispose](): void {
    if (this.#isTemporary) rmSync(this.path, { recursive: true, force: true });
  }
}

function socketIn(folder: string): string {
  return join(folder, `.s.PGSQL.${SOCKET_PORT}`);
}
