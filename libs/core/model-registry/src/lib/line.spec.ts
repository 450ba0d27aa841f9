import { setTimeout as sleep } from 'node:timers/promises';
import { Line } from './line';

describe('Line', () => {
  it('runs so many at a time, in the order they came, and goes on after a failure', async () => {
    const line = new Line(2);
    const order: number[] = [];
    let [running, most] = [0, 0];
    const tasks = Array.from({ length: 9 }, (_, i) =>
      line.run(async () => {
        order.push(i);
        running += 1;
        most = Math.max(most, running);
        await sleep(2);
        running -= 1;
        if (i % 3 === 0) throw new Error(`${i}`);
        return i;
      }),
    );
    const outcomes = await Promise.allSettled(tasks);
    expect([order, most, outcomes.map(({ status }) => status === 'fulfilled')]).toEqual([[0, 1, 2, 3, 4, 5, 6, 7, 8], 2, [false, true, true, false, true, true, false, true, true]]);
    expect(await line.run(async () => 'more')).toBe('more');
  });
});
