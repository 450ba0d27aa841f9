import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TemporaryFolder } from '../../testing/temporary-folder';
import { dataFolder } from './data-folder';

describe('dataFolder', () => {
  let home: TemporaryFolder;
  const made: string[] = [];
  const make = async (folder: string) => {
    made.push(folder);
    await mkdir(folder);
    await writeFile(join(folder, 'PG_VERSION'), 'made');
  };
  const folder = () => dataFolder(home.path, { template: join(home.path, 'template'), make });
  const version = async () => readFile(join(await folder(), 'PG_VERSION'), 'utf8');

  beforeEach(async () => {
    home = await TemporaryFolder.make();
    made.length = 0;
  });
  afterEach(() => home[Symbol.asyncDispose]());

  it('copies the template where there is one, once', async () => {
    await mkdir(join(home.path, 'template'));
    await writeFile(join(home.path, 'template/PG_VERSION'), 'copied');
    expect(await version()).toBe('copied');
    await writeFile(join(home.path, 'data/PG_VERSION'), 'used');
    expect([await version(), made]).toEqual(['used', []]);
  });

  it('makes one where there is no template', async () => expect(await version()).toBe('made'));

  it('begins anew where it was cut off, and leaves nothing half made in its place', async () => {
    await mkdir(join(home.path, 'data.draft'));
    await writeFile(join(home.path, 'data.draft/half'), '');
    await expect(dataFolder(home.path, { template: 'absent', make: () => Promise.reject(new Error('killed')) })).rejects.toThrow('killed');
    expect(await readdir(home.path)).toEqual([]);
    expect(await version()).toBe('made');
    expect(await readdir(home.path)).toEqual(['data']);
  });
});
