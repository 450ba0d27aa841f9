import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rename, rm, stat, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { FileKeyStore } from './file-key-store';
import { KeyStoreError } from './identity.errors';
import { aKeyRecord, keyStoreContract } from './key-store.contract';
import type { KeySnapshot } from './key-store.port';

const record = aKeyRecord();
const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

describe('FileKeyStore', () => {
  let home: string;
  let path: string;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'cortex-keys-'));
    path = join(home, 'deep', 'keys.json');
  });
  afterEach(() => rm(home, { recursive: true, force: true }));
  const open = () => new FileKeyStore({ path, pollMs: 20 });

  keyStoreContract(open);

  it('lets only the owner read, and leaves nothing else behind', async () => {
    await open().store(record, 0);
    expect(await modeOf(path)).toBe(0o600);
    expect(await modeOf(join(home, 'deep'))).toBe(0o700);
    expect(await readdir(join(home, 'deep'))).toEqual(['keys.json']);
  });

  it('leaves nothing behind after a conflict', async () => {
    await open().store(record, 0);
    await expect(open().store(record, 7)).rejects.toThrow('revision 1');
    expect(await readdir(join(home, 'deep'))).toEqual(['keys.json']);
  });

  it('makes no file by reading', async () => {
    await open().read();
    expect(await readdir(home)).toEqual([]);
  });

  it('tightens a mode that lets others read', async () => {
    await open().store(record, 0);
    await chmod(path, 0o644);
    await open().read();
    expect(await modeOf(path)).toBe(0o600);
  });

  it.each([
    ['no JSON', '{"version":1,"secret'],
    ['another version', '{"version":2,"revision":1,"keys":[]}'],
    ['an unknown field, which a rewrite would lose', '{"version":1,"revision":1,"keys":[],"more":true}'],
    ['a bad record', JSON.stringify({ version: 1, revision: 1, keys: [{ ...record, digests: [] }] })],
  ])('refuses %s without repeating it or the folder', async (_, content) => {
    await open().store(record, 0);
    await writeFile(path, content);
    const error = await open().read().catch((refusal: unknown) => refusal);
    expect(error).toBeInstanceOf(KeyStoreError);
    expect((error as Error).message).toMatch(/^the key file 'keys.json' cannot be read: /);
    expect((error as Error).message).not.toMatch(/secret|deep/);
  });

  it('follows no link', async () => {
    await open().store(record, 0);
    const link = join(home, 'link.json');
    await symlink(path, link);
    await expect(new FileKeyStore({ path: link }).read()).rejects.toThrow("the key file 'link.json' is a link, which is not followed (ELOOP)");
  });

  it('refuses a file that is too large to hold keys', async () => {
    await open().store(record, 0);
    await truncate(path, 1e9);
    await expect(open().read()).rejects.toThrow(/has 1000000000 bytes/);
  });

  it('goes on where a process died while it wrote', async () => {
    await open().store(record, 0);
    await writeFile(`${path}.next`, '{"half', { mode: 0o600 });
    await utimes(`${path}.next`, 1, 1);
    expect((await open().remove(record.id, 1)).records).toEqual([]);
    expect(await readdir(join(home, 'deep'))).toEqual(['keys.json']);
  });

  it('gives up, and changes nothing, while somebody else keeps on writing', async () => {
    await open().store(record, 0);
    await writeFile(`${path}.next`, '');
    await expect(open().remove(record.id, 1)).rejects.toThrow("the key file 'keys.json' cannot be written (EEXIST)");
    expect((await open().read()).records).toEqual([record]);
  }, 10_000);

  it('never shows half a file to those who read while it changes', async () => {
    const [writer, reader] = [open(), open()];
    let writing = true;
    const written = (async () => {
      for (let revision = 0; revision < 30; revision += 1) await writer.store({ ...record, name: `n${revision}` }, revision);
      writing = false;
    })();
    let seen = 0;
    while (writing) {
      const { revision } = await reader.read();
      expect(revision).toBeGreaterThanOrEqual(seen);
      seen = revision;
    }
    await written;
  });

  it('loses no change of processes that write at once', async () => {
    const source = `
      const { FileKeyStore, Keys } = require(${JSON.stringify(join(__dirname, '../../dist/index.js'))});
      const keys = new Keys({ store: new FileKeyStore({ path: ${JSON.stringify(path)} }), maxKeys: 100, hasStandingAdmin: true });
      const wish = (name) => ({ name, tenant: 't', scopes: ['infer'], maxPriority: 'low', quotas: [] });
      (async () => { for (let i = 0; i < 10; i += 1) await keys.create(wish(process.pid + '-' + i), 'spec'); })();`;
    const run = () => promisify(execFile)(process.execPath, ['-e', source]);
    await Promise.all([run(), run(), run()]);
    const { revision, records } = await open().read();
    expect({ revision, names: new Set(records.map(({ name }) => name)).size }).toEqual({ revision: 30, names: 30 });
  }, 60_000);

  describe('watch', () => {
    const told: KeySnapshot[] = [];
    const failures: unknown[] = [];
    const watcher = { changed: (keys: KeySnapshot) => void told.push(keys), failed: (error: unknown) => void failures.push(error) };
    beforeEach(() => void (told.length = failures.length = 0));
    /** As editors do: the new file whole in the place of the old one. */
    const swap = async (content: string) => {
      await writeFile(`${path}.edited`, content);
      await rename(`${path}.edited`, path);
    };

    it("tells another's change within a second", async () => {
      using _watch = new FileKeyStore({ path }).watch(watcher);
      await wait(50);
      const changed = await open().store(record, 0);
      await wait(950);
      expect(told).toEqual([{ revision: 0, records: [] }, changed]);
    });

    it('tells what an operator edits, and that the file is gone', async () => {
      await open().store(record, 0);
      using _watch = open().watch(watcher);
      await wait(100);
      await swap((await readFile(path, 'utf8')).replace('"a key"', '"edited"'));
      await wait(100);
      expect(told.at(-1)!.records[0]!.name).toBe('edited');
      await rm(path);
      await wait(100);
      expect(told.at(-1)!.records).toEqual([]);
    });

    it('says once that the file cannot be read, and is well again with it', async () => {
      await open().store(record, 0);
      using _watch = open().watch(watcher);
      const good = await readFile(path, 'utf8');
      await swap('broken');
      await wait(150);
      expect(failures).toHaveLength(1);
      await swap(good);
      await wait(150);
      expect(told.at(-1)!.records).toEqual([record]);
      expect(failures).toHaveLength(1);
    });
  });
});
