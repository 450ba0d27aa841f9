import { FakeClock } from '@cortex/kernel/testing';
import { RestartBudget } from './restart-budget';

describe('RestartBudget', () => {
  describe('take', () => {
    it('refuses more than its number within any minute', () => {
      const clock = new FakeClock();
      const budget = new RestartBudget(2, clock);
      expect([budget.take(), budget.take(), budget.take()]).toEqual([true, true, false]);
      clock.advance(59_999);
      expect(budget.take()).toBe(false);
      clock.advance(1);
      expect([budget.take(), budget.take(), budget.take()]).toEqual([true, true, false]);
    });
  });
});
