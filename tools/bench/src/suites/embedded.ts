import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from '@cortex/postgres';
import { figure, type Figure } from '../report';
import { median } from '../statistics';

const ROUNDS = 7;

/** How long the embedded database takes from nothing to its first answer, and how long where its folder is there. */
export async function embedded(): Promise<Figure[]> {
  const fresh: number[] = [];
  const again: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const home = await mkdtemp(join(tmpdir(), 'cortex-bench-home-'));
    fresh.push(await openMs(join(home, 'db')));
    again.push(await openMs(join(home, 'db')));
    await rm(home, { recursive: true });
  }
  const reference = `${Math.round(median(again))} ms where the folder is there; from a process's start to migrated tables`;
  return [figure({ suite: 'embedded', case: 'start with a fresh home: embedded database ready', value: median(fresh) / 1_000, unit: 's', reference, samples: fresh.map((ms) => ms / 1_000) }, { atMost: 2 })];
}

async function openMs(folder: string): Promise<number> {
  const startedAt = performance.now();
  await using database = await Database.open({ folder });
  await database.use((manager) => manager.query('SELECT 1'));
  return performance.now() - startedAt;
}
