import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { JobRecord } from '@cortex/jobs';
import { TemporaryFolder } from '../testing/temporary-folder';
import { Database } from './database/database';
import { childEntry } from './embedded/child-entry';
import { PostgresJobStore } from './jobs/postgres-job-store';

jest.setTimeout(180_000);

/** `npm run bench -- embedded` does the same fifty times to a whole server. */
const ROUNDS = 10;
const WRITING_MS = 150;

/** Inserts jobs as fast as it can, and says the id of each that was acknowledged. */
const WRITER = `
process.once('message', async ({ folder, round }) => {
  const database = await Database.open({ folder });
  const jobs = new PostgresJobStore(database);
  for (let i = 0; ; i += 1) {
    const job = { id: round + '-' + i, revision: 1, tenant: 'a', kind: 'test', state: 'queued', cancelRequested: false, spec: {}, checkpoint: {},
      counts: { done: 0, failed: 0 }, rank: 0, attempts: 0, setbacks: 0, createdAt: 1, updatedAt: 1 };
    await jobs.insert(job);
    process.send(job.id);
  }
});`;

describe('a process on the embedded database', () => {
  it(`loses no acknowledged row when it is killed ${ROUNDS} times while it writes, and starts by itself`, async () => {
    await using home = await TemporaryFolder.make();
    const folder = join(home.path, 'db');
    const script = join(home.path, 'writer.js');
    await writeFile(script, `const { Database, PostgresJobStore } = require(${JSON.stringify(join(dirname(childEntry()), 'index.js'))});${WRITER}`);

    const acknowledged: string[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const writer = fork(script);
      writer.on('message', (id) => acknowledged.push(id as string));
      writer.send({ folder, round });
      await once(writer, 'message');
      await wait(WRITING_MS);
      writer.kill('SIGKILL'); // its database's process hears of it only by the channel that closes
      await once(writer, 'close');
    }

    await using database = await Database.open({ folder });
    expect(acknowledged.length).toBeGreaterThan(ROUNDS * 2);
    expect(new Set(acknowledged.map((id) => id.split('-')[0])).size).toBe(ROUNDS);
    const kept = new Set((await everyJob(new PostgresJobStore(database))).map(({ id }) => id));
    expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
  });
});

async function everyJob(store: PostgresJobStore): Promise<JobRecord[]> {
  const jobs: JobRecord[] = [];
  for (let page = await store.list({ limit: 1_000 }); page.length > 0; page = await store.list({ limit: 1_000, after: jobs.at(-1)! })) jobs.push(...page);
  return jobs;
}
