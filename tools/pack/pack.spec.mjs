import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../prepare/workspace.mjs';
import { Consumer, libsOf } from './consumer.mjs';

const app = 'apps/sibling-example';
const sources = readdirSync(join(root, app, 'src')).filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'));
const libs = libsOf(app);
const withModel = existsSync(join(root, 'libs/bundled-models/models')) ? it : it.skip;

/** What a team would have in its own tsconfig: no condition that leads to our sources, and our declarations are checked. */
const compilerOptions = { target: 'ES2022', lib: ['ES2023', 'ESNext.Disposable'], module: 'nodenext', types: ['node'], strict: true, noUncheckedIndexedAccess: true, skipLibCheck: false, experimentalDecorators: true, emitDecoratorMetadata: true, rootDir: 'src', outDir: 'dist' };

describe('the packed libs', () => {
  let consumer;
  let packed;
  let complaints;

  beforeAll(() => {
    consumer = new Consumer();
    packed = consumer.pack([...libs.keys()]);
    consumer.install(packed, thirdPartyOf([appManifest(), ...libs.values()]));
    for (const name of sources) consumer.write(join('src', name), readFileSync(join(root, app, 'src', name), 'utf8'));
    complaints = consumer.compile(compilerOptions);
  }, 120_000);
  afterAll(() => consumer?.remove());

  const appManifest = () => JSON.parse(readFileSync(join(root, app, 'package.json'), 'utf8'));

  /** Only what is declared is installed: an import that no package.json names does not resolve. */
  function thirdPartyOf(manifests) {
    const names = manifests.flatMap(({ dependencies, peerDependencies }) => Object.keys({ ...dependencies, ...peerDependencies }));
    return [...new Set([...names.filter((name) => !libs.has(name)), '@types/node'])];
  }

  it.each([...libs.keys()])('%s contains its build and nothing of its making', (name) => {
    const { files } = packed.find((tarball) => tarball.name === name);

    expect(files).toEqual(expect.arrayContaining(['package.json', 'dist/index.js', 'dist/index.d.ts']));
    expect(files.filter((file) => /\.spec\.|\.tsbuildinfo$|^src\/|tsconfig|jest|project\.json/.test(file))).toEqual([]);
  });

  it('compile in an application of another team', () => {
    expect(complaints).toBe('');
  });

  withModel('run there', () => {
    const [similarity] = consumer.run('dist/main.js', 'The same words.', 'The same words.').split(' ');
    expect(Number(similarity)).toBeCloseTo(1, 3);
  }, 60_000);

  it.each([...libs.keys()])('%s can be required by its name only', (name) => {
    const script = `require('${name}'); try { require('${name}/dist/index.js') } catch (error) { console.log(error.code) }`;
    expect(consumer.run('-r', 'reflect-metadata', '-e', script).trim()).toBe('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });

  it.each([...libs.keys()])('%s does not read the environment', (name) => {
    const folder = join(consumer.folder, 'node_modules', name, 'dist');
    const scripts = readdirSync(folder, { recursive: true }).filter((file) => file.endsWith('.js'));
    // Setting a variable for a native library is no reading.
    const textOf = (file) => readFileSync(join(folder, file), 'utf8').replaceAll('Object.assign(process.env,', '');
    expect(scripts.filter((file) => /process\s*\.\s*env\b/.test(textOf(file)))).toEqual([]);
  });
});
