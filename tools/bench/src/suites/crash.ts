import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { CortexProcess } from '@cortex/service-process';
import { figure, type Figure } from '../report';
import { median } from '../statistics';

const ROUNDS = 50;
/** All of them stay below the most keys that there may be. */
const MOST_WRITES = 15;
const KEY = 'a-key-for-the-crash-benchmark';
const HEADERS = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };

/** Kills the server, in every other round its database's process too, while keys are made; then looks for those that were acknowledged. */
export async function crash(): Promise<Figure[]> {
  const home = await mkdtemp(join(tmpdir(), 'cortex-bench-home-'));
  const acknowledged: string[] = [];
  const startMs: number[] = [];
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      const startedAt = performance.now();
      await using server = await startAt(home);
      startMs.push(performance.now() - startedAt);
      const writing = writeTo(server, acknowledged);
      await wait(20 + 180 * Math.random());
      if (round % 2) await killDatabase(server);
      await Promise.all([writing, server.kill()]);
    }
    await using server = await startAt(home);
    const kept = new Set(await keysOf(server));
    const lost = acknowledged.filter((id) => !kept.has(id)).length;
    const reference = `${acknowledged.length} keys acknowledged; every start succeeded, in ${Math.round(median(startMs))} ms (median), ${Math.round(Math.max(...startMs))} ms at most`;
    return [figure({ suite: 'crash', case: `kill -9 of Cortex on embedded storage, ${ROUNDS} rounds during writes: acknowledged rows lost`, value: lost, unit: 'rows', reference, samples: [] }, { atMost: 0 })];
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

function startAt(home: string): Promise<CortexProcess> {
  return CortexProcess.start({ CORTEX_HOME: home, CORTEX_API_KEY: KEY });
}

/** Until it fails or has written enough. */
async function writeTo({ url }: CortexProcess, acknowledged: string[]): Promise<void> {
  const body = JSON.stringify({ name: 'crash', tenant: 'bench', scopes: ['infer'] });
  for (let writes = 0; writes < MOST_WRITES; writes += 1) {
    try {
      const response = await fetch(`${url}/v1/keys`, { method: 'POST', headers: HEADERS, body });
      if (response.ok) acknowledged.push(((await response.json()) as { id: string }).id);
    } catch {
      return; // the server is gone
    }
  }
}

async function keysOf({ url }: CortexProcess): Promise<string[]> {
  const { keys } = (await (await fetch(`${url}/v1/keys`, { headers: HEADERS })).json()) as { keys: { id: string }[] };
  return keys.map(({ id }) => id);
}

async function killDatabase({ child }: CortexProcess): Promise<void> {
  const children = (await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8')).trim().split(' ').map(Number);
  for (const pid of children) if ((await readFile(`/proc/${pid}/cmdline`, 'utf8')).includes('postgres/dist/child.js')) process.kill(pid, 'SIGKILL');
}
