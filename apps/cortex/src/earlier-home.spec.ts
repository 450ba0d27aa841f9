import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryKeyStore } from '@cortex/identity';
import { aKeyRecord } from '@cortex/identity/testing';
import { MemoryModelCatalog, type ModelRecord } from '@cortex/model-registry';
import { takeInEarlierHome } from './earlier-home';

const record = (name: string, revision: number, stable: string): ModelRecord => ({
  name, revision, aliases: { stable }, rollouts: [], gates: {}, reports: [], pins: {}, provenance: {}, shared: {}, history: [],
});

describe('takeInEarlierHome', () => {
  let home: string;
  let stores: { keys: MemoryKeyStore; catalog: MemoryModelCatalog };
  const told: string[] = [];
  const takeIn = () => takeInEarlierHome(home, stores, (message) => told.push(message));
  const write = (path: string, content: unknown) => writeFile(join(home, path), typeof content === 'string' ? content : JSON.stringify(content));
  const keys = [aKeyRecord(), aKeyRecord({ id: '00000000000000bb', revokedAt: 5 })];

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'cortex-home-'));
    stores = { keys: new MemoryKeyStore(), catalog: new MemoryModelCatalog() };
  });
  afterEach(() => rm(home, { recursive: true }));

  it('does nothing in a home that has no such files', async () => {
    await takeIn();
    expect([await readdir(home), told]).toEqual([[], []]);
  });

  it('takes in keys and the newest of each record, once, and renames the files', async () => {
    await write('keys.json', { version: 1, revision: 7, keys });
    await mkdir(join(home, 'catalog'));
    for (const [name, number] of [['m', 2], ['m', 10]] as const) await write(`catalog/${name}@${number}.json`, record(name, number, String(number)));
    await write('catalog/gone@3.json', 'null\n');
    await write('catalog/.m.draft', 'half');

    await takeIn();
    expect((await stores.keys.read()).records).toEqual(keys);
    expect([await stores.catalog.names(), await stores.catalog.find('m')]).toEqual([['m'], record('m', 1, '10')]);
    expect(await readdir(home)).toEqual(['catalog.imported', 'keys.json.imported']);
    expect(told).toHaveLength(2);
    await takeIn();
    expect(told).toHaveLength(2);
  });

  it('goes on where a start was killed, and keeps what was changed since', async () => {
    await write('keys.json', { version: 1, revision: 7, keys });
    const changed = { ...keys[0]!, name: 'changed since' };
    await stores.keys.store(changed, 0);
    await takeIn();
    expect((await stores.keys.read()).records).toEqual([changed, keys[1]]);
  });

  it.each(['not json', { version: 2, keys: [] }])('does not start without what it cannot read, and leaves it (%j)', async (content) => {
    await write('keys.json', content);
    await expect(takeIn()).rejects.toThrow(/keys\.json of an earlier version cannot be taken.*move it away to start without it/s);
    expect(await readdir(home)).toEqual(['keys.json']);
  });
});
