import { setTimeout as sleep } from 'node:timers/promises';

/** What is seen from time to time while the work goes on, at least once. @throws what the work throws, and the look */
export async function looksWhile<T>(work: Promise<unknown>, look: () => Promise<T>, pauseMs: number): Promise<T[]> {
  const looks: T[] = [];
  let isOver = false;
  const watch = async () => {
    do {
      looks.push(await look());
      await sleep(pauseMs);
    } while (!isOver);
  };
  await Promise.all([work.finally(() => (isOver = true)), watch()]);
  return looks;
}
