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

  it('keeps what is put in while it sends for the next turn', async () => {
    const outbox = new Outbox();
    const sent: string[] = [];
    outbox.put(() => outbox.put(() => sent.push('later')));
    await nextTurn();
    await nextTurn();
    expect(sent).toEqual(['later']);
  });
});
