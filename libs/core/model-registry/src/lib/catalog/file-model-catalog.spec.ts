import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyRecord, type ModelRecord } from '../model-record';
import { FileModelCatalog } from './file-model-catalog';
import { modelCatalogContract } from './model-catalog.contract';

const record = (name: string, revision: number): ModelRecord => ({ ...emptyRecord(name), revision });

describe('FileModelCatalog', () => {
  let root: string;
  let folder: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'catalog-'));
    folder = join(root, 'catalog');
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  modelCatalogContract(async () => ({ catalog: new FileModelCatalog({ folder }), other: new FileModelCatalog({ folder }) }));

  it('writes a file that a person can read, for nobody else to read', async () => {
    await new FileModelCatalog({ folder }).store(record('m', 1));
    expect(await readFile(join(folder, 'm@1.json'), 'utf8')).toContain('"aliases": {},\n');
  });

  it('takes the record of an earlier version, which shared nothing', async () => {
    const { shared: _shared, ...earlier } = record('m', 1);
    await mkdir(folder);
    await writeFile(join(folder, 'm@1.json'), JSON.stringify(earlier));
    expect(await new FileModelCatalog({ folder }).find('m')).toEqual(record('m', 1));
  });

  describe('a damaged record', () => {
    it.each([
      ['half a document', '{"name": "m", "rev', 'it is not valid JSON'],
      ['an empty file', '', 'it is not valid JSON'],
      ['a field of another version', JSON.stringify({ ...record('m', 1), colour: 'red' }), 'colour'],
      ['an alias to nothing', JSON.stringify({ ...record('m', 1), aliases: { stable: '' } }), 'aliases.stable'],
      ['the record of another model', JSON.stringify(record('n', 1)), "it is the record of 'n'"],
    ])('is refused by name and left as it is: %s', async (_, content, reason) => {
      await mkdir(folder);
      await writeFile(join(folder, 'm@3.json'), content);
      const catalog = new FileModelCatalog({ folder });
      const refused = { code: 'REGISTRY.CATALOG_DAMAGED', kind: 'unavailable', message: expect.stringContaining(reason) };
      await expect(catalog.find('m')).rejects.toMatchObject(refused);
      await expect(catalog.store(record('m', 1))).rejects.toMatchObject(refused);
      await expect(catalog.remove('m', 1)).rejects.toMatchObject(refused);
      expect([await catalog.names(), await readdir(folder), await readFile(join(folder, 'm@3.json'), 'utf8')]).toEqual([['m'], ['m@3.json'], content]);
    });

    it('never shows where it lies', async () => {
      await mkdir(folder);
      await writeFile(join(folder, 'm@1.json'), '{');
      await expect(new FileModelCatalog({ folder }).find('m')).rejects.not.toThrow(root);
    });
  });

  it('says by the system\'s code, without a path, that the folder cannot be used', async () => {
    await writeFile(folder, 'a file');
    const catalog = new FileModelCatalog({ folder });
    await expect(catalog.store(record('m', 1))).rejects.toMatchObject({ code: 'REGISTRY.CATALOG_UNAVAILABLE', message: 'the model catalogue cannot be used (ENOTDIR)' });
  });

  it('refuses a record that is larger than what is read whole', () => {
    const gates = { stable: { golden: { inputs: ['x'.repeat(9 * 2 ** 20)], expected: ['y'] } } };
    expect(() => new FileModelCatalog({ folder }).store({ ...record('m', 1), gates })).toThrow(expect.objectContaining({ code: 'REGISTRY.RECORD_TOO_LARGE' }));
  });

  it('warns once while it cannot watch, and tells the news when it can again', async () => {
    await writeFile(folder, 'a file');
    const warnings: string[] = [];
    const told: string[] = [];
    using _watch = new FileModelCatalog({ folder, pollMs: 5, warn: (message) => warnings.push(message) }).watch((name) => void told.push(name));
    await waitFor(() => warnings.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 30)); // it looks again, and does not warn again
    await rm(folder);
    await new FileModelCatalog({ folder }).store(record('m', 1));
    await waitFor(() => told.length > 0);
    expect([warnings, told]).toEqual([['changes of other processes to the model catalogue are not seen (ENOTDIR)'], ['m']]);
  });

  it('tells again what the watcher could not take', async () => {
    const told: string[] = [];
    const busyOnce = (name: string) => {
      told.push(name);
      if (told.length === 1) throw new Error('busy');
    };
    using _watch = new FileModelCatalog({ folder, pollMs: 5 }).watch(busyOnce);
    await new FileModelCatalog({ folder }).store(record('m', 1));
    await waitFor(() => told.length > 1);
    expect(told).toEqual(['m', 'm']);
  });
});

async function waitFor(condition: () => boolean): Promise<void> {
  const endAt = Date.now() + 4_000;
  while (!condition() && Date.now() < endAt) await new Promise((resolve) => setTimeout(resolve, 5));
}
