import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from './build.mjs';

describe('build', () => {
  let root;
  let builds;
  const at = (path) => join(root, path);
  const write = (path, text) => {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), text);
  };
  const compile = async () => {
    builds++;
    write('app/dist/main.js', '');
    write('lib/dist/index.js', '');
  };
  const run = (compiler = compile) => build(root, at('app/tsconfig.app.json'), compiler);

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'cortex-build-'));
    builds = 0;
    write('tsconfig.base.json', '{}');
    write('lib/tsconfig.lib.json', '{}');
    write('lib/src/index.ts', 'export const one = 1;');
    write('lib/src/deep/extra.ts', 'export const extra = 1;');
    write('app/tsconfig.app.json', '{ "references": [{ "path": "../lib/tsconfig.lib.json" }] }');
    write('app/src/main.ts', 'export const main = 1;');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('builds once while nothing changes', async () => {
    await run();
    await run();
    expect(builds).toBe(1);
  });

  it('does not build again for a changed spec', async () => {
    await run();
    write('lib/src/index.spec.ts', '');
    await run();
    expect(builds).toBe(1);
  });

  it.each([
    ['a source of a lib changed', () => write('lib/src/index.ts', 'export const two = 22;')],
    ['a source was added', () => write('lib/src/more.ts', '')],
    ['a source was deleted', () => rmSync(at('lib/src/deep/extra.ts'))],
    ['a configuration changed', () => write('tsconfig.base.json', '{ "compilerOptions": {} }')],
    ['a lib changed what it exports', () => write('lib/package.json', '{}')],
    ['the output of a lib was deleted', () => rmSync(at('lib/dist'), { recursive: true })],
    ['the output of the app was deleted', () => rmSync(at('app/dist'), { recursive: true })],
  ])('builds again when %s', async (_what, change) => {
    await run();
    change();
    await run();
    expect(builds).toBe(2);
  });

  it('builds again after an error, though the output is there', async () => {
    await run();
    write('lib/src/index.ts', 'wrong');
    await expect(run(() => Promise.reject(new Error('does not compile')))).rejects.toThrow('does not compile');
    await run();
    expect(builds).toBe(2);
  });
});
