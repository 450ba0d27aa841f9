import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LoadFailedError, type ModelArtifact } from '@cortex/inference';
import { ModelFolder } from '../../testing/artifacts';
import { DerivedGraphs } from './derived-graphs';

const artifact: ModelArtifact = { name: 'encoder', version: '1', variant: 'fp32', file: 'encoder.onnx', digest: 'sha256:0', maxTokens: 8, maxBatchRows: 8 };
const nobody = () => undefined;

describe('DerivedGraphs', () => {
  it('makes a variant once for all who ask meanwhile, and finds it afterwards', async () => {
    await using place = await ModelFolder.make();
    const derived = new DerivedGraphs(place.path, 1_000, nobody);
    let writes = 0;
    const make = () => derived.make(artifact, 'int8', async (to) => {
      writes += 1;
      await writeFile(to, 'graph');
    });
    const [one, other] = await Promise.all([make(), make()]);
    expect([one, await make()]).toEqual([other, other]);
    expect(writes).toBe(1);
    expect(await derived.of(artifact, async () => ['int8'])).toEqual({ kept: [one], missing: [] });
  });

  it('makes again what could not be made', async () => {
    await using place = await ModelFolder.make();
    const derived = new DerivedGraphs(place.path, 1_000, nobody);
    await expect(derived.make(artifact, 'int8', () => Promise.reject(new Error('cut off')))).rejects.toThrow('cut off');
    await expect(derived.make(artifact, 'int8', (to) => writeFile(to, 'graph'))).resolves.toMatchObject({ variant: 'int8' });
  });

  it('says that the disk refuses it, without where, and tells whoever warns', async () => {
    await using place = await ModelFolder.make();
    await writeFile(join(place.path, 'file'), '');
    const troubles: unknown[] = [];
    const derived = new DerivedGraphs(join(place.path, 'file'), 1_000, (error) => troubles.push(error));
    const making = derived.make(artifact, 'int8', (to) => writeFile(to, 'graph'));
    await expect(making).rejects.toThrow(LoadFailedError);
    await expect(making).rejects.toThrow(/the variant int8 cannot be kept, the disk refuses it \(ENOTDIR\)/);
    await expect(making).rejects.not.toThrow(place.path);
    expect(troubles.at(-1)).toMatchObject({ code: 'ENOTDIR' });
  });
});
