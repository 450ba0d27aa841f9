import { jobQueueContract } from '@cortex/jobs/testing';
import { describeWith } from '@cortex/kernel/testing';
import { PGliteServer } from '../testing/pglite';
import { PostgresSpace, RedisSpace, type Space } from '../testing/space';
import { BullmqJobQueue } from './bullmq-job-queue';
import type { BullmqOptions } from './bullmq.options';

/** Patient, for machines that are busy. */
jest.setTimeout(60_000);

const quick = { firstDelayMs: 200, takeoverMs: 2_000, timeoutMs: 5_000 };
const opened: BullmqJobQueue[] = [];

function open(options: BullmqOptions): BullmqJobQueue {
  const queue = new BullmqJobQueue({ ...quick, ...options }, { warn: (message) => process.stderr.write(`${message}\n`) });
  opened.push(queue);
  return queue;
}

afterEach(async () => {
  for (const queue of opened.splice(0)) await queue[Symbol.asyncDispose]();
});

function contractIn(make: () => Space): void {
  let space: Space;
  beforeAll(() => void (space = make()));
  afterAll(() => space[Symbol.asyncDispose]());

  jobQueueContract(() => ({ queue: open(space.options()), other: open(space.options()) }));
}

describeWith('redis', 'BullmqJobQueue', ({ url }) => contractIn(() => new RedisSpace(url)));
describeWith('postgres', 'BullmqJobQueue', ({ url }) => contractIn(() => new PostgresSpace(url)));

describe('BullmqJobQueue (embedded)', () => {
  let server: PGliteServer;
  beforeAll(async () => {
    server = await PGliteServer.start();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  jobQueueContract(() => {
    const queue = open({ postgres: server.address, isEmbedded: true });
    return { queue, other: queue };
  });
});
