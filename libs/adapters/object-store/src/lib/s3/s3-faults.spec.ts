import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeWith, FaultProxy } from '@cortex/kernel/testing';
import { bytesOf, chunksOf } from '@cortex/objects/testing';
import { HealthLog } from '../../testing/health-log';
import { ScratchBucket } from '../../testing/scratch-bucket';
import type { S3ObjectStore } from './s3-object-store';

const MIB = 2 ** 20;
const UNAVAILABLE = { code: 'OBJECTS.UNAVAILABLE', kind: 'unavailable', message: 'the object store does not answer' };
const hashOf = (content: Uint8Array) => createHash('sha256').update(content).digest('hex');

describeWith('s3', 'S3ObjectStore on a bad network', (server) => {
  let proxy: FaultProxy;
  let bucket: ScratchBucket;
  let health: HealthLog;
  let store: S3ObjectStore;
  /** Not through the proxy. */
  let direct: S3ObjectStore;

  beforeEach(async () => {
    proxy = await FaultProxy.to(Number(new URL(server.endpoint).port));
    bucket = new ScratchBucket(server);
    health = new HealthLog();
    direct = await bucket.store();
    store = await bucket.store({ endpoint: `http://127.0.0.1:${proxy.port}`, silenceMs: 400, watchMs: 100, health });
  });
  afterEach(async () => {
    await bucket[Symbol.asyncDispose]();
    await proxy[Symbol.asyncDispose]();
  });

  /** A source of so many MiB that does something after the 10th of them, when a part is there already. */
  async function* interrupted(mibs: number, interrupt: () => void): AsyncGenerator<Uint8Array> {
    for (let sent = 0; sent < mibs; sent += 1) {
      if (sent === 10) interrupt();
      yield Buffer.alloc(MIB, sent);
    }
  }
  const until = async (state: string) => {
    for (let tries = 0; health.state !== state && tries < 200; tries += 1) await sleep(20);
    return health.state;
  };

  describe('write', () => {
    it.each([['few', 5], ['many', 20]])('keeps nothing of %s megabytes when the connection is cut, but the former object', async (_, mibs) => {
      await direct.write('k', chunksOf('the former'));
      const cut = async function* () {
        yield* interrupted(mibs, () => undefined);
        proxy.cut();
      };
      await expect(store.write('k', cut())).rejects.toMatchObject(UNAVAILABLE);
      expect([String(await bytesOf(direct.read('k'))), health.state]).toEqual(['the former', 'OBJECTS.UNAVAILABLE']);
      proxy.mend();
      await store.write('k', chunksOf('new'));
      expect(String(await bytesOf(direct.read('k')))).toBe('new');
    });

    it('sends a part again whose connection was reset', async () => {
      const resets = [0, 10, 12, 19];
      let reset = 0;
      const content = async function* () {
        for (let sent = 0; sent < 20; sent += 1) {
          // While the part before it is on its way, or just before.
          if (resets.includes(sent)) setTimeout(() => (reset += 1) && proxy.reset(), sent % 3);
          yield Buffer.alloc(MIB, sent);
        }
      };
      await store.write('k', content());
      expect(reset).toBe(resets.length);
      expect(hashOf(await bytesOf(direct.read('k')))).toBe(hashOf(await bytesOf(interrupted(20, () => undefined))));
      expect(await bucket.incomplete()).toEqual([]);
    });
  });

  describe('read', () => {
    const content = randomBytes(20 * MIB);

    beforeEach(() => direct.write('k', chunksOf(content, MIB)));

    it('goes on where the connection was reset', async () => {
      const pieces: Uint8Array[] = [];
      let bytes = 0;
      let resets = 0;
      for await (const chunk of store.read('k')) {
        pieces.push(chunk);
        bytes += chunk.length;
        if (bytes > (resets + 1) * 4 * MIB) {
          resets += 1;
          proxy.reset();
        }
      }
      expect([resets, hashOf(Buffer.concat(pieces))]).toEqual([4, hashOf(content)]);
    });

    it('ends with an error when the connection stays cut, and works again after', async () => {
      const reading = async () => {
        for await (const chunk of store.read('k')) if (chunk.length > 0) proxy.cut();
      };
      await expect(reading()).rejects.toMatchObject(UNAVAILABLE);
      expect(health.state).toBe('OBJECTS.UNAVAILABLE');
      proxy.mend();
      expect([hashOf(await bytesOf(store.read('k'))), health.state]).toEqual([hashOf(content), 'up']);
    });

    it('never goes on with another object', async () => {
      const reading = async () => {
        let isFirst = true;
        for await (const chunk of store.read('k')) {
          if (!isFirst || chunk.length === 0) continue;
          isFirst = false;
          await direct.write('k', chunksOf(randomBytes(20 * MIB), MIB));
          proxy.reset();
        }
      };
      await expect(reading()).rejects.toMatchObject(UNAVAILABLE);
    });

    it('gives its reader all the time he wants', async () => {
      let bytes = 0;
      let pauses = 0;
      for await (const chunk of store.read('k')) {
        bytes += chunk.length;
        if (bytes > (pauses + 1) * 6 * MIB && (pauses += 1)) await sleep(600);
      }
      expect([pauses, bytes]).toEqual([3, content.length]);
    });
  });

  it('waits for a slow server, and gives up a silent one', async () => {
    await direct.write('k', chunksOf('k'));
    proxy.slow(100);
    expect((await bytesOf(store.read('k'))).toString()).toBe('k');
    proxy.slow(5_000);
    const since = Date.now();
    await expect(store.find('k')).rejects.toMatchObject(UNAVAILABLE);
    await expect(store.write('k', chunksOf('new'))).rejects.toMatchObject(UNAVAILABLE);
    await expect(bytesOf(store.read('k'))).rejects.toMatchObject(UNAVAILABLE);
    expect(Date.now() - since).toBeLessThan(4_000);
  });

  it('leaves a silent server at once when the caller does', async () => {
    proxy.slow(60_000);
    const reason = new Error('gone');
    const signal = () => {
      const leaving = new AbortController();
      setTimeout(() => leaving.abort(reason), 50);
      return leaving.signal;
    };
    const since = Date.now();
    await expect(bytesOf(store.read('k', { signal: signal() }))).rejects.toBe(reason);
    await expect(store.write('k', chunksOf('k'), { signal: signal() })).rejects.toBe(reason);
    expect(Date.now() - since).toBeLessThan(1_000);
  });

  it('answers, or says that it cannot, whatever flaps', async () => {
    await direct.write('k', chunksOf('k'));
    let isCut = false;
    const flapping = setInterval(() => {
      isCut = !isCut;
      if (isCut) proxy.cut();
      else proxy.mend();
    }, 30);
    const outcomes: unknown[] = [];
    for (let round = 0; round < 40; round += 1) outcomes.push(await bytesOf(store.read('k')).then(String, (error: { code: string }) => error.code));
    clearInterval(flapping);
    proxy.mend();
    expect(outcomes.filter((outcome) => outcome !== 'k' && outcome !== 'OBJECTS.UNAVAILABLE')).toEqual([]);
    expect([outcomes.includes('k'), String(await bytesOf(store.read('k')))]).toEqual([true, 'k']);
  });

  it('knows that the server is gone, and that it is back, without being asked', async () => {
    expect(health.state).toBe('up');
    proxy.cut();
    expect(await until('OBJECTS.UNAVAILABLE')).toBe('OBJECTS.UNAVAILABLE');
    proxy.mend();
    expect(await until('up')).toBe('up');
  });

  it('calls a server down that answers later than anybody would wait', async () => {
    const mine = new HealthLog();
    await bucket.store({ endpoint: `http://127.0.0.1:${proxy.port}`, watchMs: 100, patienceMs: 150, health: mine });
    const stateWithin = async (state: string) => {
      for (let tries = 0; mine.state !== state && tries < 200; tries += 1) await sleep(20);
      return mine.state;
    };
    proxy.slow(300);
    expect(await stateWithin('OBJECTS.SLOW')).toBe('OBJECTS.SLOW');
    proxy.mend();
    expect(await stateWithin('up')).toBe('up');
  });

  it('begins without the server, and makes the bucket once it is there', async () => {
    const [other, mine] = [new ScratchBucket(server), new HealthLog()];
    proxy.cut();
    const early = await other.store({ endpoint: `http://127.0.0.1:${proxy.port}`, watchMs: 50, health: mine });
    expect(mine.changes).toEqual(['OBJECTS.UNAVAILABLE']);
    await expect(early.find('k')).rejects.toMatchObject(UNAVAILABLE);
    proxy.mend();
    for (let tries = 0; mine.state !== 'up' && tries < 200; tries += 1) await sleep(20);
    await sleep(100);
    await expect(early.write('k', chunksOf('k'))).resolves.toMatchObject({ bytes: 1 });
    await other[Symbol.asyncDispose]();
  });
});
