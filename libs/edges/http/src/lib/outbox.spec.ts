import { setImmediate as nextTurn } from 'node:timers/promises';
import { Outbox } from './outbox';

describe('Outbox', () => {
  it('sends what was put in during a turn together at its end, in order', async () => {
    const outbox = new Outbox();
    const sent: string[] = [];
    outbox.put(() => sent.push('first'));
    await Promise.resolve();
    outbox.put(() => sent.push('second'));
    expect(sent).toEqual([]);
    await nextTurn();
    expect(sent).toEqual(['first', 'second']);
  });

  it('lets the first ones go when enough are ready, so that the reader need not wait for the last', () => {
    const outbox = new Outbox();
    const sent: number[] = [];
    for (let answer = 0; answer < 20; answer += 1) outbox.put(() => sent.push(answer));
    expect(sent).toEqual(Array.from({ length: 16 }, (_, answer) => answer));
  });

  it('keeps what is put in while it sends for the next turn', async () => {
    const outbox = new Outbox();
    const sent: string[] = [];
    outbox.put(() => outbox.put(() => sent.push('later')));
    await nextTurn();
    await nextTurn();
    expect(sent).toEqual(['later']);
  });
});
