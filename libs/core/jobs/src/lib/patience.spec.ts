import { CortexError } from '@cortex/kernel';
import { patiently } from './patience';

class Refusal extends CortexError {
  readonly code = 'TEST.REFUSED';

  constructor(readonly kind: 'overloaded' | 'unavailable' | 'invalid', override readonly retryAfterMs?: number) {
    super('refused');
  }
}

/** Fails so many times. */
function failing(times: number, error: Error) {
  let asked = 0;
  const ask = async () => {
    asked += 1;
    if (asked <= times) throw error;
    return 'an answer';
  };
  return { ask, asked: () => asked };
}
const signal = new AbortController().signal;

describe('patiently', () => {
  it.each(['overloaded', 'unavailable'] as const)('asks again what is %s', async (kind) => {
    const { ask } = failing(1, new Refusal(kind));
    expect(await patiently(ask, { patienceMs: 1_000, signal })).toBe('an answer');
  });

  it('waits as long as it is told to, or ends at once where that is too long', async () => {
    const startedAt = Date.now();
    await patiently(failing(1, new Refusal('overloaded', 200)).ask, { patienceMs: 1_000, signal });
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(199);
    const late = failing(9, new Refusal('overloaded', 60_000));
    await expect(patiently(late.ask, { patienceMs: 30_000, signal })).rejects.toThrow('refused');
    expect(late.asked()).toBe(1);
  });

  it('gives up in time, asking ever less often', async () => {
    const never = failing(Infinity, new Refusal('unavailable'));
    await expect(patiently(never.ask, { patienceMs: 350, signal })).rejects.toThrow('refused');
    expect(never.asked()).toBe(3);
  });

  it.each([['a refusal that waiting does not change', new Refusal('invalid')], ['a bug', new Error('refused')]])('throws %s at once', async (_what, error) => {
    const wrong = failing(1, error);
    await expect(patiently(wrong.ask, { patienceMs: 1_000, signal })).rejects.toBe(error);
    expect(wrong.asked()).toBe(1);
  });

  it('stops waiting when the signal aborts, with its reason', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('stopped')), 10);
    await expect(patiently(failing(1, new Refusal('overloaded', 10_000)).ask, { patienceMs: 60_000, signal: stop.signal })).rejects.toThrow('stopped');
  });
});
