import { Bell } from './bell';

describe('Bell', () => {
  const timed = async (waiting: Promise<void>) => {
    const startedAt = performance.now();
    await waiting;
    return performance.now() - startedAt;
  };

  it('wakes at once whoever has not heard it yet, also of a ring before the wait', async () => {
    const bell = new Bell();
    const heard = bell.count('lane');
    bell.ring('lane');
    expect(await timed(bell.wait('lane', heard, 2_000))).toBeLessThan(500);
    const waiting = timed(bell.wait('lane', bell.count('lane'), 2_000));
    setTimeout(() => bell.ring('lane'), 20);
    expect(await waiting).toBeLessThan(500);
  });

  it('lets the wait end in time, whatever is rung for others', async () => {
    const bell = new Bell();
    const waiting = timed(bell.wait('lane', 0, 100));
    bell.ring('other');
    expect(await waiting).toBeGreaterThan(80);
  });
});
