import { once } from 'node:events';
import { join } from 'node:path';
import roll, { type RollingFile } from 'pino-roll';

/** What may wait for a slow disk; more is dropped, and said so. */
const MAX_WAITING_BYTES = 8_000_000;

export interface RotatedFileOptions {
  readonly directory: string;
  readonly fileBytes: number;
  readonly filesKept: number;
}

/** Log lines in `directory/cortex.N.log`, written in the background. */
export class RotatedFile implements AsyncDisposable {
  #troubled = false;

  private constructor(private readonly file: RollingFile, private readonly onTrouble: (problem: string) => void) {
    file.on('error', (error: Error) => this.#report(error.message));
    file.on('drop', () => this.#report('the disk is too slow, lines are dropped'));
    file.on('write', () => (this.#troubled = false));
  }

  /** `onTrouble` is called once until a line is written again. @throws the system's error when it cannot be opened */
  static async open({ directory, fileBytes, filesKept }: RotatedFileOptions, onTrouble: (problem: string) => void): Promise<RotatedFile> {
    const file = await roll({
      file: join(directory, 'cortex'),
      extension: '.log',
      size: `${fileBytes}b`,
      limit: { count: filesKept, removeOtherLogFiles: true }, // otherwise files of earlier processes stay for ever
      mkdir: true,
      mode: 0o640,
      maxLength: MAX_WAITING_BYTES,
    });
    await once(file, 'ready');
    return new RotatedFile(file, onTrouble);
  }

  write(line: string): void {
    this.file.write(line);
  }

  /** Writes what waits and closes. What cannot be written by now is given up; the error was reported. */
  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.file, 'close').catch(() => this.file.destroy());
    this.file.end();
    await closed;
  }

  #report(problem: string): void {
    if (this.#troubled) return;
    this.#troubled = true;
    this.onTrouble(problem);
  }
}
