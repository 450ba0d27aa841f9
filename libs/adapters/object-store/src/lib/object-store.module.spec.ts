import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith } from '@cortex/kernel/testing';
import { ObjectStore } from '@cortex/objects';
import { bytesOf, chunksOf } from '@cortex/objects/testing';
import { Test } from '@nestjs/testing';
import { HealthLog } from '../testing/health-log';
import { ScratchBucket } from '../testing/scratch-bucket';
import { ObjectStoreModule, type ObjectStoreOptions } from './object-store.module';

const started = async (options: ObjectStoreOptions) => (await Test.createTestingModule({ imports: [ObjectStoreModule.forRoot(options)] }).compile()).init();

describe('ObjectStoreModule', () => {
  it('offers a folder', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'objects-'));
    const module = await started({ folder });
    await module.get(ObjectStore).write('k', chunksOf('content'));
    await module.close();
    expect(String(await bytesOf((await started({ folder })).get(ObjectStore).read('k')))).toBe('content');
    await rm(folder, { recursive: true });
  });

  it('starts without the server', async () => {
    const health = new HealthLog();
    const module = await started({ s3: { endpoint: '127.0.0.1:9', accessKey: 'a', secretKey: 'b', health } });
    expect(health.changes).toEqual(['OBJECTS.UNAVAILABLE']);
    await module.close();
  });

  describeWith('s3', 'with a server', (server) => {
    it('offers a bucket', async () => {
      await using bucket = new ScratchBucket(server);
      const module = await started({ s3: bucket.options() });
      const store = module.get(ObjectStore);
      await store.write('k', chunksOf('content'));
      expect(String(await bytesOf(store.read('k')))).toBe('content');
      await module.close();
    });

    it('does not start with a key that is refused', async () => {
      await using bucket = new ScratchBucket(server);
      await expect(started({ s3: bucket.options({ secretKey: 'wrong' }) })).rejects.toMatchObject({ code: 'OBJECTS.REFUSED' });
    });
  });
});
