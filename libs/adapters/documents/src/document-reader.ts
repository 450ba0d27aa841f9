import { parentPort, workerData } from 'node:worker_threads';
import { readDocument } from './lib/read-document';
import { signOf, type ThreadAnswer, type ThreadSign, type ThreadWork } from './lib/threads/thread-messages';

/** The thread that reads one document: it gives a sign, and waits for the answer. */
const { about, limits } = workerData as ThreadWork;
const port = parentPort!;

function answerTo(sign: ThreadSign): Promise<ThreadAnswer> {
  return new Promise((resolve) => {
    port.once('message', resolve);
    port.postMessage(sign);
  });
}

async function* bytes(): AsyncGenerator<Uint8Array> {
  for (;;) {
    const answer = await answerTo({ kind: 'hungry' });
    if (answer.kind === 'bytes') yield answer.bytes;
    if (answer.kind === 'end') return;
  }
}

async function read(): Promise<ThreadSign> {
  try {
    for await (const part of readDocument({ ...about, bytes: bytes() }, limits)) await answerTo({ kind: 'part', part });
    return { kind: 'done' };
  } catch (error) {
    return signOf(error);
  }
}

void read().then((sign) => port.postMessage(sign));
