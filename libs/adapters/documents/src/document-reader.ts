import { FULL_EXIT_CODE, signOf, type ReadingAnswer, type ReadingSign, type ReadingWork } from './lib/processes/reading-messages';
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

async function* bytes(): AsyncGenerator<Uint8Array> {
  for (;;) {
    const answer = await answerTo({ kind: 'hungry' });
    if (answer.kind === 'bytes') yield answer.bytes;
    if (answer.kind === 'end') return;
  }
}

async function read({ about, limits }: ReadingWork): Promise<void> {
  watch ??= watchMemory(limits.memoryMiB * 2 ** 20);
  try {
    for await (const part of readDocument({ ...about, bytes: bytes() }, limits)) await answerTo({ kind: 'part', part });
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
