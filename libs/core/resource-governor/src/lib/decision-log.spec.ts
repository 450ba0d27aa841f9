import { DecisionLog, type Decision } from './decision-log';

const refusal: Decision = { kind: 'refusal', reason: 'GOVERNOR.OVERLOADED', tenant: 'a', priority: 'low' };

describe('DecisionLog', () => {
  it('gives the latest first, with its time', () => {
    let now = 0;
    const log = new DecisionLog(() => (now += 1));
    log.note(refusal);
    log.note({ kind: 'eviction', reason: 'idle', subject: 'tiny@1', figures: { freedBytes: 1_000 } });
    expect(log.latest()).toEqual([
      { kind: 'eviction', reason: 'idle', subject: 'tiny@1', figures: { freedBytes: 1_000 }, at: 2, count: 1 },
      { ...refusal, at: 1, count: 1 },
    ]);
  });

  it('counts the same one up instead of repeating it', () => {
    const log = new DecisionLog(() => 7);
    for (let n = 0; n < 1_000; n += 1) log.note({ ...refusal, figures: { retryAfterMs: n } });
    expect(log.latest()).toEqual([{ ...refusal, figures: { retryAfterMs: 999 }, at: 7, count: 1_000 }]);
  });

  it('counts those up that are taken in turn', () => {
    const log = new DecisionLog(() => 7);
    log.note({ kind: 'eviction', reason: 'idle', subject: 'tiny@1' });
    for (let n = 0; n < 1_000; n += 1) log.note({ ...refusal, tenant: `t${n % 4}` });
    expect(log.latest().map(({ tenant, count }) => [tenant, count])).toEqual([['t3', 250], ['t2', 250], ['t1', 250], ['t0', 250], [undefined, 1]]);
  });

  it('keeps the last 256', () => {
    const log = new DecisionLog(() => 7);
    for (let n = 0; n < 1_000; n += 1) log.note({ ...refusal, tenant: `t${n}` });
    expect(log.latest()).toHaveLength(256);
    expect(log.latest()[0]).toMatchObject({ tenant: 't999' });
  });
});
