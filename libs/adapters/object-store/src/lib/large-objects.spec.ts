import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describeWith } from '@cortex/kernel/testing';
import { bytesOf } from '@cortex/objects/testing';
import { ScratchBucket } from '../testing/scratch-bucket';
import { FileObjectStore } from './file-object-store';

/** Another process needs JavaScript: build before testing. */
const LIB = resolve(__dirname, '../..');
const MIB = 2 ** 20;
const OBJECT_MIB = 100;
/** What a store may hold of an object at a time: two parts, and what the network and the collector have not let go of. */
const MOST_MIB = 60;

/** Writes and reads an object of 100 MiB in a process of its own, and says by how much its memory grew at most. */
const COPIER = `
const { FileObjectStore, S3ObjectStore } = require('@cortex/object-store');
const options = JSON.parse(process.argv[1]);
const store = options.folder ? new FileObjectStore(options) : new S3ObjectStore(options);
let most = 0;
const look = () => (most = Math.max(most, process.memoryUsage.rss()));
async function* source(mibs) {
  for (let sent = 0; sent < mibs; sent += 1) {
    look();
    yield Buffer.alloc(${MIB}, sent);
  }
}
async function through(mibs) {
  await store.write('k', source(mibs));
  let bytes = 0;
  for await (const chunk of store.read('k')) {
    look();
    bytes += chunk.length;
  }
  return bytes;
}
(async () => {
  await store.open?.();
  await through(20);
  const before = most;
  const bytes = await through(${OBJECT_MIB});
  console.log(JSON.stringify({ bytes, grownMib: (most - before) / ${MIB} }));
  store[Symbol.dispose]?.();
})();
`;

/** Writes objects of 3 MiB one after another, each of one letter, and says which are there. */
const WRITER = `
const { FileObjectStore } = require('@cortex/object-store');
const store = new FileObjectStore({ folder: process.argv[1] });
async function* source(letter) { for (let sent = 0; sent < 12; sent += 1) yield Buffer.alloc(${MIB / 4}, letter); }
(async () => { for (let n = 0; ; n += 1) { await store.write('k', source('abcdefghij'[n % 10])); console.log(String(n)); } })();
`;

async function grown(options: object): Promise<{ readonly bytes: number; readonly grownMib: number }> {
  const child = spawn(process.execPath, ['-e', COPIER, JSON.stringify(options)], { cwd: LIB, stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  await once(child, 'close');
  return JSON.parse(line) as { bytes: number; grownMib: number };
}

describe('an object of 100 MiB', () => {
  it('passes through a file store whose memory stays as it was', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'objects-'));
    const { bytes, grownMib } = await grown({ folder });
    await rm(folder, { recursive: true });
    expect(bytes).toBe(OBJECT_MIB * MIB);
    expect(grownMib).toBeLessThan(MOST_MIB);
  }, 60_000);

  describeWith('s3', 'through S3', (server) => {
    it('leaves memory as it was', async () => {
      await using bucket = new ScratchBucket(server);
      const { bytes, grownMib } = await grown(bucket.options());
      expect(bytes).toBe(OBJECT_MIB * MIB);
      expect(grownMib).toBeLessThan(MOST_MIB);
    }, 60_000);
  });
});

describe('a FileObjectStore that is killed in mid-write', () => {
  it('has the object before or after, whole, and goes on', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'objects-'));
    for (const afterMs of [3, 11, 37, 83, 150]) {
      const child = spawn(process.execPath, ['-e', WRITER, folder], { cwd: LIB, stdio: ['ignore', 'pipe', 'inherit'] });
      let acknowledged = -1;
      createInterface({ input: child.stdout }).on('line', (line) => (acknowledged = Number(line)));
      await once(child.stdout, 'data');
      await new Promise((waited) => setTimeout(waited, afterMs));
      child.kill('SIGKILL');
      await once(child, 'close');

      const store = new FileObjectStore({ folder, staleMs: -1 });
      const content = (await bytesOf(store.read('k'))).toString();
      const letters = [acknowledged, acknowledged + 1].map((n) => 'abcdefghij'[n % 10]);
      expect([content.length, new Set(content).size, letters.includes(content[0])]).toEqual([3 * MIB, 1, true]);
    }
    await rm(folder, { recursive: true });
  }, 60_000);
});
