import { setTimeout as sleep } from 'node:timers/promises';
// The build, as in production: `tsc -b` has made it.
import { BullmqJobQueue } from '../../dist/index.js';

/** Takes a job of the lane and never ends it. Says when it has one. */
const [options, lane] = process.argv.slice(2);
const queue = new BullmqJobQueue(JSON.parse(options));
queue.work(lane, async (id) => {
  process.stdout.write(`${id}\n`);
  await sleep(600_000);
}, { concurrency: 1 });
