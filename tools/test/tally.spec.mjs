import { summary, tally } from './tally.mjs';

const task = (projectName, target, status = 0) => ({ projectName, target, status });
const results = (passed, failed = [], skipped = []) => ({ passed, failed, skipped });

describe('tally', () => {
  it('adds the tests of all projects', () => {
    const counted = { kernel: results(3, [], ['needs redis']), http: results(4, ['GET /v2 > answers']) };

    expect(tally([task('kernel', 'test'), task('http', 'test', 1)], (project) => counted[project])).toEqual({
      passed: 7,
      failed: ['http: GET /v2 > answers'],
      skipped: ['kernel: needs redis'],
    });
  });

  it('counts a failed lint, type check or build as one', () => {
    const counts = tally([task('kernel', 'lint', 1), task('kernel', 'typecheck', 2), task('kernel', 'build')], () => undefined);

    expect(counts).toEqual({ passed: 0, failed: ['kernel: lint', 'kernel: typecheck'], skipped: [] });
  });

  it('counts a test task that failed without a failing test', () => {
    expect(tally([task('kernel', 'test', 1)], () => results(5)).failed).toEqual(['kernel: test']);
  });

  it('does not take tests for passed that left no count', () => {
    expect(tally([task('kernel', 'test', 0)], () => undefined).failed).toEqual(['kernel: test']);
  });

  it('does not count a failing test twice', () => {
    expect(tally([task('kernel', 'test', 1)], () => results(5, ['a', 'b'])).failed).toHaveLength(2);
  });
});

describe('summary', () => {
  it('ends with the counts', () => {
    expect(summary({ passed: 12, failed: [], skipped: [] }).split('\n').at(-1)).toBe('12 passed, 0 failed, 0 skipped');
  });

  it('names what was skipped and what failed', () => {
    const text = summary({ passed: 0, failed: ['http: lint'], skipped: ['redis: is fast'] });

    expect(text).toMatch(/Skipped:\n {2}redis: is fast\n/);
    expect(text).toMatch(/Failed:\n {2}http: lint\n/);
    expect(text).toMatch(/\n0 passed, 1 failed, 1 skipped$/);
  });
});
