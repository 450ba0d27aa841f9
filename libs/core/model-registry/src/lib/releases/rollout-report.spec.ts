import { RolloutReport } from './rollout-report';

describe('RolloutReport', () => {
  it('is empty before anything happened', () => {
    const arm = { requests: 0, failures: {}, meanMs: 0, p95Ms: 0 };
    expect(new RolloutReport().read()).toEqual({ stable: arm, canary: arm, shadow: { compared: 0, skipped: 0, meanAgreement: 0, minAgreement: 0, disagreements: 0 } });
  });

  it('counts each arm apart, failures by code and out of the latencies', () => {
    const report = new RolloutReport();
    for (let ms = 1; ms <= 100; ms += 1) report.record({ arm: 'canary', ms });
    report.record({ arm: 'canary', ms: 9_999, code: 'X.FAILED' });
    report.record({ arm: 'stable', ms: 4 });
    expect(report.read()).toMatchObject({
      canary: { requests: 101, failures: { 'X.FAILED': 1 }, meanMs: 50.5, p95Ms: 95 },
      stable: { requests: 1, failures: {}, meanMs: 4, p95Ms: 4 },
    });
  });

  it('reads the percentile from the latest requests', () => {
    const report = new RolloutReport();
    for (let i = 0; i < 5_000; i += 1) report.record({ arm: 'stable', ms: 1_000 });
    for (let i = 0; i < 1_024; i += 1) report.record({ arm: 'stable', ms: 1 });
    expect(report.read().stable).toMatchObject({ requests: 6_024, p95Ms: 1 });
  });

  it('knows at most 20 codes', () => {
    const report = new RolloutReport();
    for (let i = 0; i < 100; i += 1) report.record({ arm: 'stable', ms: 1, code: `C${i}` });
    const { failures } = report.read().stable;
    expect([Object.keys(failures).length, failures['C0'], failures['OTHER']]).toEqual([21, 1, 80]);
  });

  it('adds up how far a shadow is from what was answered', () => {
    const report = new RolloutReport(0.01);
    for (const agreement of [1, 0.995, 0.5, undefined, NaN]) report.compare(agreement);
    expect(report.read().shadow).toEqual({ compared: 3, skipped: 2, meanAgreement: expect.closeTo(0.8317, 3), minAgreement: 0.5, disagreements: 1 });
  });
});
