import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import fc from 'fast-check';
import { MachineFolder } from '../../testing/machine-folder';
import { UnreadableError } from '../host.errors';
import { NvidiaSmi } from './nvidia-smi';

const MIB = 2 ** 20;

describe('NvidiaSmi', () => {
  let folder: MachineFolder;
  const tool = (script: string, timeoutMs = 5_000) => {
    folder.write({ 'bin/nvidia-smi': `#!/bin/sh\n${script}\n` });
    return new NvidiaSmi(join(folder.root, 'bin/nvidia-smi'), timeoutMs);
  };
  const saying = (text: string) => {
    folder.write({ answer: text });
    return tool(`cat ${join(folder.root, 'answer')}`).query();
  };

  beforeEach(() => {
    folder = new MachineFolder();
  });
  afterEach(() => folder[Symbol.dispose]());

  it('reads each card', async () => {
    expect(await saying('0, 35, 1024, 81559\n1, 100, 0, 81559\n')).toEqual([
      { gpu: '0', utilization: 0.35, usedBytes: 1024 * MIB, totalBytes: 81559 * MIB },
      { gpu: '1', utilization: 1, usedBytes: 0, totalBytes: 81559 * MIB },
    ]);
  });

  it('asks for what it reads', async () => {
    await expect(tool('test "$*" = "--query-gpu=index,utilization.gpu,memory.used,memory.total --format=csv,noheader,nounits"').query()).resolves.toEqual([]);
  });

  it('leaves out what the driver does not say', async () => {
    expect(await saying('0, [N/A], 10, 20\n1, 5, [N/A], [N/A]\n2, [Not Supported], 1, 2\n')).toEqual([
      { gpu: '0', usedBytes: 10 * MIB, totalBytes: 20 * MIB },
      { gpu: '2', usedBytes: MIB, totalBytes: 2 * MIB },
    ]);
  });

  it('knows a machine whose driver has no cards', async () => {
    expect(await tool('echo No devices were found; exit 6').query()).toEqual([]);
  });

  it('has nothing to say where it does not exist', async () => {
    expect(await new NvidiaSmi(join(folder.root, 'none'), 1_000).query()).toBeUndefined();
  });

  it.each([
    ['fails', 'echo "Driver/library version mismatch" >&2; exit 9', /failed with 9/],
    ['says nonsense', 'echo "0, [Unknown Error], 1, 2"', /nonsense/],
    ['is cut off', 'printf "0, 35, 10"', /nonsense/],
    ['never ends speaking', 'yes 0, 1, 2, 3', /failed with/],
  ])('cannot be read when it %s', async (_, script, message) => {
    const query = tool(script).query();
    await expect(query).rejects.toThrow(UnreadableError);
    await expect(query).rejects.toThrow(message);
  });

  it('cannot be read when it may not be started', async () => {
    folder.write({ 'bin/folder/x': '' });
    await expect(new NvidiaSmi(join(folder.root, 'bin/folder'), 1_000).query()).rejects.toThrow(/failed with EACCES/);
  });

  it('cannot be read, now or later, when what should hold it is no folder', async () => {
    folder.write({ 'bin/file': '' });
    await expect(new NvidiaSmi(join(folder.root, 'bin/file/nvidia-smi'), 20).query()).rejects.toThrow(/failed with ENOTDIR/);
    await after(40);
  });

  it('is given up when it hangs, and can be asked again once it has gone', async () => {
    const hanging = tool('test -e "$0.well" && echo 0, 1, 2, 3 && exit; exec sleep 60', 200);
    await expect(hanging.query()).rejects.toThrow(/did not answer within 200 ms/);
    folder.write({ 'bin/nvidia-smi.well': '' });
    while (await hanging.query().then(() => false, () => true)) await after(10);
    expect(await hanging.query()).toHaveLength(1);
  });

  it('is not asked twice at once', async () => {
    const hanging = tool('exec sleep 60', 5_000);
    const first = hanging.query();
    await expect(hanging.query()).rejects.toThrow(/still hangs/);
    hanging[Symbol.dispose]();
    await expect(first).rejects.toThrow(/SIGKILL/);
  });

  it('never says more than that it cannot be read, whatever stands in its answer', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 40 }), async (text) => {
        const gpus = await saying(text).catch((error: unknown) => error);
        expect(Array.isArray(gpus) || gpus instanceof UnreadableError).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});
