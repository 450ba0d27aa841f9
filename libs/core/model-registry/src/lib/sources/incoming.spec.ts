import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { writeFiles } from '../../testing/model-folders';
import { Incoming } from './incoming';
import { VersionBusyError } from './transfer.errors';

const JOURNAL = JSON.stringify({ source: 'upload', files: {} });

jest.setTimeout(60_000); // hundreds of small files, which a busy disk takes its time for

describe('Incoming', () => {
  let folder: string;
  let incoming: Incoming;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'incoming-'));
    incoming = new Incoming(folder, 60_000);
  });
  afterEach(() => rm(folder, { recursive: true }));

  const pathOf = (name: string) => join(folder, '.incoming', name);
  const leave = async (name: string, age: 'old' | 'new', files = 1) => {
    await writeFiles(pathOf(name), { 'journal.json': JOURNAL, ...Object.fromEntries(Array.from({ length: files }, (_, i) => [`files/${i}.json`, '{}'])) });
    if (age === 'old') await utimes(join(pathOf(name), 'journal.json'), 1, 1);
  };
  const left = () => readdir(join(folder, '.incoming'));
  const turns = async (count: number) => {
    for (let turn = 0; turn < count; turn += 1) await nextTurn();
  };

  describe('sweep', () => {
    it('removes what was left behind long ago, and nothing younger', async () => {
      await leave('older@1', 'old');
      await leave('newer@1', 'new');
      await incoming.sweep();
      expect(await left()).toEqual(['newer@1']);
    });

    it('goes by its own age where there is no journal', async () => {
      await writeFiles(pathOf(''), { 'older@1/files/a.json': '{}', 'newer@1/files/a.json': '{}', 'stray': '' });
      await utimes(pathOf('older@1'), 1, 1);
      await incoming.sweep();
      expect(await left()).toEqual(['newer@1', 'stray']);
    });

    it('never removes what is taken while it runs', async () => {
      for (let delay = 0; delay < 25; delay += 1) {
        await leave('mine@1', 'old', 50);
        const sweeping = incoming.sweep();
        await turns(delay);
        using claimed = await incoming.claim({ name: 'mine', version: '1', source: 'upload' }).catch(unlessBusy);
        await claimed?.begin({ path: 'a.json' }, undefined);
        await sweeping;
        expect(existsSync(join(pathOf('mine@1'), 'journal.json'))).toBe(claimed !== undefined);
        await claimed?.remove();
      }
    });

    it('passes by what others remove at the same time', async () => {
      for (let delay = 0; delay < 10; delay += 1) {
        for (let i = 0; i < 10; i += 1) await leave(`m${i}@1`, 'old');
        const first = new Incoming(folder, 60_000).sweep();
        await turns(delay);
        await Promise.all([first, incoming.sweep()]);
        expect(await left()).toEqual([]);
      }
    });
  });
});

function unlessBusy(error: unknown): undefined {
  if (!(error instanceof VersionBusyError)) throw error;
  return undefined;
}
