import { aModelVersion } from '../testing/fake-model-registry';
import { ModelSnapshot, type ScannedFolder } from './model-snapshot';
import type { ModelVersion, Origin } from './model-version';

const folderOf = (origin: Origin, ...models: readonly Partial<ModelVersion>[]): ScannedFolder => ({
  origin,
  entries: models.map((differs) => {
    const model = aModelVersion({ ...differs, origin });
    return { name: model.name, version: model.version, state: 'available', model };
  }),
});

describe('ModelSnapshot', () => {
  it('lists models by name and their versions by number', () => {
    const snapshot = new ModelSnapshot([folderOf('folder', { name: 'b' }, { name: 'a', version: '10' }, { name: 'a', version: '9' })]);
    expect(snapshot.entries.map(({ name, version }) => `${name}@${version}`)).toEqual(['a@9', 'a@10', 'b@1']);
  });

  it('lets a folder model take the place of the bundled one of the same version, and keeps its other versions', () => {
    const snapshot = new ModelSnapshot([folderOf('bundled', { name: 'm', version: '1' }, { name: 'm', version: '2' }), folderOf('folder', { name: 'm', version: '2' })]);
    expect(snapshot.versionsOf('m').map(({ version, model }) => [version, model?.origin])).toEqual([['1', 'bundled'], ['2', 'folder']]);
    expect(snapshot.bundledFor('embed')).toBe('m');
  });

  it('refuses every spelling of a name that differs only in case', () => {
    const snapshot = new ModelSnapshot([folderOf('folder', { name: 'Model' }, { name: 'other' }), folderOf('bundled', { name: 'model' })]);
    expect(snapshot.entries.map(({ name, state, reason }) => [name, state, reason])).toEqual([
      ['Model', 'failed', "the name differs from 'model' only in case"],
      ['model', 'failed', "the name differs from 'Model' only in case"],
      ['other', 'available', undefined],
    ]);
  });
});
