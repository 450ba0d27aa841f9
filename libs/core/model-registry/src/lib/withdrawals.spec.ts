import fc from 'fast-check';
import { Withdrawals } from './withdrawals';

const version = fc.constantFrom('1', '2', '3');
const call = fc.record({ verb: fc.constantFrom('withdraw' as const, 'offer' as const), version: fc.option(version, { nil: undefined }) });

describe('Withdrawals', () => {
  it('holds for each version what was said last of it, or of the whole model', () => {
    fc.assert(
      fc.property(fc.array(call), version, (calls, asked) => {
        const withdrawals = new Withdrawals();
        for (const said of calls) withdrawals[said.verb]('m', said.version);
        const last = calls.findLast((said) => said.version === undefined || said.version === asked);
        expect(withdrawals.has('m', asked)).toBe(last?.verb === 'withdraw');
      }),
    );
  });

  it('covers versions that come after a model was withdrawn', () => {
    const withdrawals = new Withdrawals();
    withdrawals.withdraw('m');
    expect([withdrawals.has('m', 'later'), withdrawals.has('other', '1')]).toEqual([true, false]);
  });

  it('forgets offers of what does not exist, but no withdrawal', () => {
    const withdrawals = new Withdrawals();
    withdrawals.withdraw('m');
    for (const offered of ['1', 'invented']) withdrawals.offer('m', offered);
    withdrawals.forgetOffersUnless((_, existing) => existing === '1');
    expect(['1', 'invented', '2'].map((asked) => withdrawals.has('m', asked))).toEqual([false, true, true]);
  });

  it('forgets what was said of a version alone', () => {
    const withdrawals = new Withdrawals();
    withdrawals.withdraw('a', '1');
    withdrawals.forget('a', '1');
    withdrawals.withdraw('b');
    withdrawals.offer('b', '1');
    withdrawals.forget('b', '1');
    expect([withdrawals.has('a', '1'), withdrawals.has('b', '1')]).toEqual([false, true]);
  });
});
