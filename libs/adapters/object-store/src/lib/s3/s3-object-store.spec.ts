import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { describeWith } from '@cortex/kernel/testing';
import { bytesOf, chunksOf, objectStoreContract } from '@cortex/objects/testing';
import { HealthLog } from '../../testing/health-log';
import { ScratchBucket } from '../../testing/scratch-bucket';
import { S3ObjectStore } from './s3-object-store';

const MIB = 2 ** 20;

describeWith('s3', 'S3ObjectStore', (server) => {
  let bucket: ScratchBucket;

  beforeEach(() => {
    bucket = new ScratchBucket(server);
  });
  afterEach(() => bucket[Symbol.asyncDispose]());

  objectStoreContract(() => bucket.store());

  it('lists more than one page', async () => {
    const store = await bucket.store();
    const keys = Array.from({ length: 1_030 }, (_, i) => `page/${String(i).padStart(4, '0')}`);
    for (let at = 0; at < keys.length; at += 50) await Promise.all(keys.slice(at, at + 50).map((key) => store.write(key, chunksOf(''))));
    const found: string[] = [];
    for await (const { key } of store.list('page/')) found.push(key);
    expect(found).toEqual(keys);
  });

  it('passes by names that are no keys', async () => {
    const store = await bucket.store();
    await bucket.client.putObject(bucket.name, 'a name & more', Buffer.from('x'));
    await store.write('k', chunksOf('k'));
    const found: string[] = [];
    for await (const { key } of store.list('')) found.push(key);
    await bucket.client.removeObject(bucket.name, 'a name & more');
    expect(found).toEqual(['k']);
  });

  describe('an object in parts', () => {
    it('leaves no part behind, whether it becomes whole or not', async () => {
      const store = await bucket.store();
      await store.write('whole', chunksOf(randomBytes(17 * MIB), MIB));
      await expect(store.write('broken', chunksOf(randomBytes(17 * MIB), MIB), { maxBytes: 16 * MIB })).rejects.toMatchObject({ code: 'OBJECTS.TOO_LARGE' });
      expect(await bucket.incomplete()).toEqual([]);
    });

    it('is written by two at the same time, and is one of theirs', async () => {
      const store = await bucket.store();
      const contents = [randomBytes(11 * MIB), randomBytes(12 * MIB)];
      await Promise.all(contents.map((content) => store.write('k', chunksOf(content, MIB))));
      const found = await bytesOf(store.read('k'));
      expect(contents.filter((content) => content.equals(found))).toHaveLength(1);
    });

    it('is swept when its writer was killed long ago', async () => {
      await bucket.store();
      await bucket.client.initiateNewMultipartUpload(bucket.name, 'left', {});
      await bucket.store();
      expect(await bucket.incomplete()).toEqual(['left']);
      await new Promise((resolve) => setTimeout(resolve, 1_100)); // the server keeps whole seconds
      await bucket.store({ staleMs: 1 });
      expect(await bucket.incomplete()).toEqual([]);
    });
  });

  describe('open', () => {
    it('makes the bucket, once, however many do', async () => {
      await Promise.all(Array.from({ length: 4 }, () => bucket.store()));
      expect(await bucket.client.bucketExists(bucket.name)).toBe(true);
    });

    it('says that there is no bucket where it may not make one', async () => {
      const health = new HealthLog();
      const refused = { code: 'OBJECTS.REFUSED', kind: 'unavailable', message: `the object store cannot be used: there is no bucket '${bucket.name}'` };
      await expect(bucket.store({ createBucket: false, health })).rejects.toMatchObject(refused);
      using store = new S3ObjectStore(bucket.options({ createBucket: false }));
      await expect(bytesOf(store.read('k'))).rejects.toMatchObject(refused);
      await expect(store.write('k', chunksOf('k'))).rejects.toMatchObject(refused);
      expect([health.state, await bucket.client.bucketExists(bucket.name)]).toEqual(['OBJECTS.REFUSED', false]);
    });

    it('says that the key is refused, and never shows the secret', async () => {
      const secretKey = 'a-wrong-secret-of-the-spec';
      const health = new HealthLog();
      for (const accessKey of [server.accessKey, 'nobody']) {
        using store = new S3ObjectStore(bucket.options({ accessKey, secretKey, health }));
        const calls: Promise<unknown>[] = [store.open(), bytesOf(store.read('k')), store.write('k', chunksOf('k'))];
        for (const failure of await Promise.all(calls.map((call) => call.catch((error: unknown) => error)))) {
          expect(failure).toMatchObject({ code: 'OBJECTS.REFUSED', message: expect.stringMatching(/refuses the access key \((?:AccessDenied|SignatureDoesNotMatch|InvalidAccessKeyId|XAdminUserNotFound)\)/) });
          expect(inspect(failure, { depth: 10 })).not.toContain(secretKey);
        }
      }
      expect(health.state).toBe('OBJECTS.REFUSED');
    });
  });

  it.each(['', 'ftp://host:1', 'http://', 'http://host/path', 'http://user@host', 'http://host:99999'])('refuses the endpoint %j', (endpoint) => {
    expect(() => new S3ObjectStore(bucket.options({ endpoint }))).toThrow('expected http(s)://host:port or host:port');
  });
});
