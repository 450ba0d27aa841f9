import { FULL_EXIT_CODE, signOf, type ReadingAnswer, type ReadingSign, type ReadingWork } from './lib/processes/reading-messages';
import type { Portion } from './lib/processes/portions';
import { readDocument } from './lib/read-document';

/** Memory beside the heap is looked at so often. */
const WATCH_MS = 50;

let watch: NodeJS.Timeout | undefined;
let answered: ((answer: ReadingAnswer) => void) | undefined;

/** The process that reads documents, one after the other: it gives a sign, and waits for the answer. */
function answerTo(sign: ReadingSign): Promise<ReadingAnswer> {
  return new Promise((resolve) => {
    answered = resolve;
    process.send!(sign);
  });
}

async function* bytesFrom(first: Portion): AsyncGenerator<Uint8Array> {
  yield first.bytes;
  for (let isLast = first.isLast; !isLast; ) {
    const answer = await answerTo({ kind: 'hungry' });
    if (answer.kind !== 'portion') throw new Error(`bytes were asked for, '${answer.kind}' came. This is a bug.`);
    yield answer.portion.bytes;
    isLast = answer.portion.isLast;
  }
}

async function read({ about, first, limits }: ReadingWork): Promise<void> {
  watch ??= watchMemory(limits.memoryMiB * 2 ** 20);
  try {
    for await (const part of readDocument({ ...about, bytes: bytesFrom(first) }, limits)) await answerTo({ kind: 'part', part });
    process.send!({ kind: 'done' });
  } catch (error) {
    process.send!(signOf(error));
  }
}

function watchMemory(maxBytes: number): NodeJS.Timeout {
  const look = () => process.memoryUsage.rss() > maxBytes && process.exit(FULL_EXIT_CODE);
  look();
  return setInterval(look, WATCH_MS).unref();
}

process.on('message', (message: ReadingAnswer) => (message.kind === 'work' ? void read(message) : answered?.(message)));
process.on('disconnect', () => process.exit());
