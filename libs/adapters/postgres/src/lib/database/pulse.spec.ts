import { RecordedHealth } from '../../testing/recorded-health';
import { Pulse } from './pulse';

describe('Pulse', () => {
  let health: RecordedHealth;
  let asked: number;
  let answers: boolean;
  let pulse: Pulse;

  beforeEach(() => {
    jest.useFakeTimers();
    health = new RecordedHealth();
    [asked, answers] = [0, true];
    pulse = new Pulse(health, async () => {
      asked += 1;
      if (answers) pulse.up();
      else throw (pulse.down('TIMEOUT'), new Error('away'));
    });
  });
  afterEach(() => {
    pulse[Symbol.dispose]();
    jest.useRealTimers();
  });

  it('asks nothing while it is used', async () => {
    for (let second = 0; second < 20; second += 1) {
      pulse.up();
      await jest.advanceTimersByTimeAsync(1_000);
    }
    expect([asked, health.said]).toEqual([0, ['up']]);
  });

  it('asks now and then while nobody uses it, and notices that it went and came', async () => {
    pulse.up();
    await jest.advanceTimersByTimeAsync(20_000);
    expect(asked).toBeGreaterThan(1);
    expect(asked).toBeLessThan(8);
    answers = false;
    await jest.advanceTimersByTimeAsync(20_000);
    expect(health.said.at(-1)).toBe('POSTGRES.TIMEOUT');
    answers = true;
    await jest.advanceTimersByTimeAsync(3_000);
    expect(health.said.at(-1)).toBe('up');
  });
});
