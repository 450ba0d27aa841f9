import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { writeLines } from './lib/formats/line-writer';
import { unpacked } from './lib/formats/packed-rows';
import type { Writing } from './lib/formats/writer-thread';

/** Added to the thread's niceness: bulk work gives way. */
const NICE = 10;

if (!parentPort) throw new Error('this file is the entry of the writing thread');
/** On Linux niceness belongs to a thread; elsewhere to the process, which must not be slowed. */
if (process.platform === 'linux') setPriority(0, NICE);
const port = parentPort;
port.on('message', ({ rows, columns }: Writing) => {
  const part = writeLines(unpacked(rows), columns);
  port.postMessage(part, [part.buffer as ArrayBuffer]);
});
