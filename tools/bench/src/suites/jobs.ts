import { randomUUID } from 'node:crypto';
import { BullmqJobQueue } from '@cortex/bullmq';
import { Jobs, hasEnded, type JobKind } from '@cortex/jobs';
import { Database, PostgresJobStore } from '@cortex/postgres';
import { runningServices } from '@cortex/service-process';
import { figure, type Figure } from '../report';
import { median } from '../statistics';

const ROUNDS = 5;
const JOBS = 200;
const WARM_JOBS = 50;
const TENANT = 'bench';
const PATIENCE_MS = 30_000;

/** Answers its one row as fast as anything can: what is left is the job around it. */
const kind: JobKind = { kind: 'bench', concurrency: 1, run: async ({ job }) => ({ row: job.spec['row'] ?? null }) };

/** What it costs to run one row as a job, kept in PostgreSQL and handed out by Redis, over having it answered at once. */
export async function jobs(): Promise<Figure[]> {
  const { redis, postgres } = runningServices();
  const name = `cortex_bench_${randomUUID().replaceAll('-', '')}`;
  await using database = await Database.open({ url: postgres!.url, schema: name });
  await using queue = new BullmqJobQueue({ redisUrl: redis!.url, prefix: `{${name}}` });
  const all = new Jobs({ store: new PostgresJobStore(database), queue });
  all.register(kind);
  all.start();
  try {
    await asJobs(all, WARM_JOBS);
    const samples: number[] = [];
    let direct = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      direct = median(await directly());
      samples.push(median(await asJobs(all, JOBS)) - direct);
    }
    const reference = `${(1_000 * direct).toPrecision(2)} us for the same handler called directly; from submitting to hearing of the end, records in PostgreSQL`;
    return [figure({ suite: 'jobs', case: 'BullMQ overhead for a one-row job, p50 on Redis', value: median(samples), unit: 'ms', reference, samples }, { atMost: 5 })];
  } finally {
    await all.close();
    await database.use((manager) => manager.query(`DROP SCHEMA ${name} CASCADE`));
  }
}

/** One after another, each from its order to its end. */
async function asJobs(all: Jobs, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let row = 0; row < count; row += 1) {
    const startedAt = performance.now();
    const { id } = await all.submit({ tenant: TENANT, kind: kind.kind, spec: { row } });
    for await (const job of all.watch(id, TENANT, AbortSignal.timeout(PATIENCE_MS))) if (hasEnded(job) && job.state !== 'succeeded') throw new Error(`a job ended ${job.state}`);
    times.push(performance.now() - startedAt);
  }
  return times;
}

async function directly(): Promise<number[]> {
  const times: number[] = [];
  const { signal } = new AbortController();
  for (let row = 0; row < JOBS; row += 1) {
    const startedAt = performance.now();
    await kind.run({ job: { spec: { row } }, signal, save: () => Promise.resolve() } as unknown as Parameters<JobKind['run']>[0]);
    times.push(performance.now() - startedAt);
  }
  return times;
}
