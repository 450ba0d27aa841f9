import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stampInstall } from '../prepare/install.mjs';
import { root } from '../prepare/workspace.mjs';

const main = `
  const timer = setInterval(() => {}, 1000);
  process.on('SIGTERM', () => { console.log('drained'); clearInterval(timer); });
  console.log('up');
`;

/** A workspace with an app that does nothing but wait for the signal. */
describe('npm start', () => {
  let folder;
  const write = (path, text) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cortex-start-'));
    for (const tool of ['prepare', 'start']) cpSync(join(root, 'tools', tool), join(folder, 'tools', tool), { recursive: true });
    for (const name of ['typescript', '@types', 'undici-types']) {
      mkdirSync(join(folder, 'node_modules'), { recursive: true });
      symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
    }
    // The embedded database's template is there already.
    const pglite = readFileSync(join(root, 'node_modules/@electric-sql/pglite/package.json'), 'utf8');
    write('node_modules/@electric-sql/pglite/package.json', pglite);
    mkdirSync(join(folder, 'libs/adapters/postgres/template', JSON.parse(pglite).version), { recursive: true });
    write('package.json', '{}');
    write('package-lock.json', '{}');
    stampInstall(folder);
    write('tsconfig.base.json', '{ "compilerOptions": { "target": "ES2022", "module": "nodenext", "composite": true, "types": ["node"], "skipLibCheck": true } }');
    write('apps/cortex/tsconfig.app.json', '{ "extends": "../../tsconfig.base.json", "compilerOptions": { "rootDir": "src", "outDir": "dist" }, "include": ["src"] }');
    write('apps/cortex/src/main.ts', main);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** From another working directory, as `npm --prefix` and service managers do. */
  function start() {
    const child = spawn(process.execPath, [join(folder, 'tools/start/start.mjs')], { cwd: tmpdir() });
    const shown = { output: '', errors: '' };
    child.stdout.on('data', (chunk) => (shown.output += chunk));
    child.stderr.on('data', (chunk) => (shown.errors += chunk));
    return { child, shown, closed: once(child, 'close') };
  }

  async function startAndStop() {
    const { child, shown, closed } = start();
    child.stdout.once('data', () => child.kill('SIGTERM'));
    const [code] = await closed;
    return { ...shown, code };
  }

  it('builds, runs the server in its own process and hands it the signal; the second start only runs it', async () => {
    const first = await startAndStop();
    expect(first).toMatchObject({ output: 'up\ndrained\n', code: 0 });
    expect(first.errors).toContain('Building');

    await expect(startAndStop()).resolves.toEqual({ output: 'up\ndrained\n', errors: '', code: 0 });
  }, 60_000);

  it('shows what the compiler says and ends with 1 when the app does not compile', async () => {
    write('apps/cortex/src/main.ts', 'const text: string = 1;');
    const { shown, closed } = start();
    const [code] = await closed;

    expect(code).toBe(1);
    expect(shown.errors).toContain("Type 'number' is not assignable to type 'string'");
    expect(existsSync(join(folder, '.cache/prepare.lock'))).toBe(false);
  }, 60_000);

  it('builds once when two start together', async () => {
    const both = await Promise.all([startAndStop(), startAndStop()]);

    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(both.filter(({ errors }) => errors.includes('Building'))).toHaveLength(1);
  }, 60_000);
});
