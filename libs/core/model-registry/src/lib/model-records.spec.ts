import { MemoryModelCatalog } from './catalog/memory-model-catalog';
import { emptyRecord, type ModelRecord } from './model-record';
import { ModelRecords } from './model-records';
import { CatalogDamagedError } from './registry.errors';

const alias = (name: string, version: string) => (record: ModelRecord) => ({ ...record, aliases: { ...record.aliases, [name]: version } });
const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('ModelRecords', () => {
  it('reads what is kept and answers with an empty record for the rest', async () => {
    const catalog = new MemoryModelCatalog();
    await catalog.store({ ...emptyRecord('m'), revision: 1, aliases: { stable: '1' } });
    const records = new ModelRecords(catalog);
    await records.open();
    expect([records.of('m').aliases, records.of('n')]).toEqual([{ stable: '1' }, emptyRecord('n')]);
  });

  it('stores changes one after another, each upon the one before', async () => {
    const catalog = new MemoryModelCatalog();
    const records = new ModelRecords(catalog);
    await Promise.all(Array.from({ length: 20 }, (_, i) => records.change('m', alias(`a${i}`, '1'))));
    expect([records.of('m').revision, Object.keys((await catalog.find('m'))!.aliases)]).toEqual([20, expect.arrayContaining(['a0', 'a19'])]);
  });

  it('makes a change anew upon what somebody else stored meanwhile', async () => {
    const catalog = new MemoryModelCatalog();
    const [mine, theirs] = [new ModelRecords(catalog), new ModelRecords(catalog.another())];
    await Promise.all([mine.open(), theirs.open()]);
    await Promise.all(['a', 'b', 'c', 'd'].map((name, i) => (i % 2 ? mine : theirs).change('m', alias(name, '1'))));
    await turn();
    expect([Object.keys(mine.of('m').aliases).sort(), theirs.of('m')]).toEqual([['a', 'b', 'c', 'd'], mine.of('m')]);
  });

  it('follows what others change, until it is disposed of', async () => {
    const catalog = new MemoryModelCatalog();
    const records = new ModelRecords(catalog);
    await records.open();
    const changes: string[] = [];
    records.onChange((name) => changes.push(name));
    await catalog.another().store({ ...emptyRecord('m'), revision: 1, aliases: { stable: '1' } });
    await turn();
    expect([records.of('m').revision, changes, [...records.all()]]).toEqual([1, ['m'], [records.of('m')]]);
    records[Symbol.dispose]();
    await catalog.another().remove('m', 1);
    await turn();
    expect(records.of('m').revision).toBe(1);
  });

  it('stores nothing and tells nobody where an edit changes nothing or throws', async () => {
    const records = new ModelRecords(new MemoryModelCatalog());
    await records.change('m', (record) => record);
    await expect(records.change('m', () => { throw new Error('no'); })).rejects.toThrow('no');
    expect(records.of('m').revision).toBe(0);
  });

  it('does not touch a damaged record, and serves the others', async () => {
    const catalog = new MemoryModelCatalog();
    await catalog.store({ ...emptyRecord('bad'), revision: 1 });
    await catalog.store({ ...emptyRecord('good'), revision: 1 });
    const find = catalog.find.bind(catalog);
    catalog.find = async (name) => {
      if (name === 'bad') throw new CatalogDamagedError('bad', 'cut off');
      return find(name);
    };
    const records = new ModelRecords(catalog);
    await records.open();
    expect([records.damageOf('bad')?.reason, records.of('good').revision]).toEqual(['cut off', 1]);
    await expect(records.change('bad', alias('a', '1'))).rejects.toMatchObject({ code: 'REGISTRY.CATALOG_DAMAGED' });
  });

  it('opens at the next try where the first one failed', async () => {
    const catalog = new MemoryModelCatalog();
    const names = catalog.names.bind(catalog);
    catalog.names = () => Promise.reject(new Error('not yet'));
    const records = new ModelRecords(catalog);
    await expect(records.open()).rejects.toThrow('not yet');
    catalog.names = names;
    await expect(records.change('m', alias('a', '1'))).resolves.toMatchObject({ revision: 1 });
  });
});
