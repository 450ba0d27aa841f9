import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelArtifact } from '@cortex/inference';
import { ModelFolder } from '../../testing/artifacts';
import type { GraphProfile } from '../probe/probe';
import { ProfileStore } from './profile-store';

const artifact: ModelArtifact = { name: 'm', version: '1', variant: 'fp32', file: 'm.onnx', digest: 'sha256:ab12', maxTokens: 8, maxBatchRows: 4 };
const profile: GraphProfile = { measurements: [{ rows: 1, length: 8, ms: 0.5 }], batchInvariant: true, memoryBytes: 7, probe: Float32Array.of(0.1, -2, NaN) };

describe('ProfileStore', () => {
  describe('get', () => {
    it('measures once, however many ask at once', async () => {
      const measure = jest.fn(async () => profile);
      const store = new ProfileStore();
      await Promise.all([store.get(artifact, measure), store.get(artifact, measure)]);
      expect(measure).toHaveBeenCalledTimes(1);
    });

    it('remembers over a restart, to the bit', async () => {
      await using folder = await ModelFolder.make();
      await new ProfileStore(folder.path).get(artifact, async () => profile);
      const again = await new ProfileStore(folder.path).get(artifact, () => Promise.reject(new Error('measured again')));
      expect(again).toEqual(profile);
    });

    it.each(['', '{"half', '{"measurements":"none"}'])('measures anew what is not readable: %s', async (text) => {
      await using folder = await ModelFolder.make();
      await new ProfileStore(folder.path).get(artifact, async () => profile);
      const [name] = await readdir(join(folder.path, 'profiles'));
      await writeFile(join(folder.path, 'profiles', name!), text);
      const other = { ...profile, memoryBytes: 8 };
      expect(await new ProfileStore(folder.path).get(artifact, async () => other)).toEqual(other);
    });

    it('measures, and tells of it, where the folder cannot be used', async () => {
      await using folder = await ModelFolder.make();
      await writeFile(join(folder.path, 'a-file'), '');
      const onTrouble = jest.fn();
      const store = new ProfileStore(join(folder.path, 'a-file'), onTrouble);
      expect(await store.get(artifact, async () => profile)).toBe(profile);
      expect(onTrouble).toHaveBeenCalledWith(expect.objectContaining({ code: 'ENOTDIR' }));
    });

    it('measures anew another file, and one that is read otherwise', async () => {
      const measure = jest.fn(async () => profile);
      const store = new ProfileStore();
      await store.get(artifact, measure);
      await store.get({ ...artifact, digest: 'sha256:cd34' }, measure);
      await store.get({ ...artifact, head: { pooling: 'cls', normalize: true } }, measure);
      expect(measure).toHaveBeenCalledTimes(3);
    });

    it('tries again after a failure', async () => {
      const store = new ProfileStore();
      await expect(store.get(artifact, () => Promise.reject(new Error('no memory')))).rejects.toThrow('no memory');
      expect(await store.get(artifact, async () => profile)).toBe(profile);
    });
  });
});
