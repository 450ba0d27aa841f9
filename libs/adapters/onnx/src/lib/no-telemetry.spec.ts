import { execFile } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { encoderGraph, ModelFolder } from '../testing';

const SERVER = `
  const { OnnxModelRuntime } = require(process.argv[1]);
  const [artifact, options] = [process.argv[2], process.argv[3]].map((text) => JSON.parse(text));
  (async () => {
    const runtime = new OnnxModelRuntime({ threads: 1, nice: 0, ...options });
    await runtime.open(artifact);
    await runtime.close();
  })();
`;

describe('ONNX Runtime', () => {
  it.each([['inline', { inlineBelowMs: 1_000 }], ['workers', { inlineBelowMs: 0 }]])('keeps nothing about the machine in the home of who serves, %s', async (_placement, options) => {
    await using folder = await ModelFolder.make();
    const artifact = await folder.add('encoder', encoderGraph(), { maxTokens: 64, vocabularySize: 100 });
    const home = join(folder.path, 'home');
    await mkdir(home);

    // The build, by a process of its own: the environment of this one is jest's, and switched off already.
    const server = [join(__dirname, '../../dist/index.js'), JSON.stringify(artifact), JSON.stringify(options)];
    await promisify(execFile)(process.execPath, ['-e', SERVER, ...server], { env: { HOME: home } });
    expect(await readdir(home)).toEqual([]);
  }, 60_000);
});
