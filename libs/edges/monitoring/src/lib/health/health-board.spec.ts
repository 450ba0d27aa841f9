import { CortexError, SilentTelemetry } from '@cortex/kernel';
import { Registry } from 'prom-client';
import { PrometheusTelemetry } from '../metrics/prometheus-telemetry';
import { HealthBoard } from './health-board';
import { Readiness } from './readiness';

class GoneError extends CortexError {
  readonly code = 'MODELS.GONE';
  readonly kind = 'unavailable';
}

/** A wall clock that moves a second at each reading. */
const ticking = () => {
  let seconds = 0;
  return () => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds++));
};

describe('HealthBoard', () => {
  const board = () => new HealthBoard(new SilentTelemetry(), ticking());

  describe('component', () => {
    it('starts as starting and says since when', () => {
      expect(board().component('pool').health).toEqual({ kind: 'component', state: 'starting', since: '2026-01-01T00:00:00.000Z' });
    });

    it('keeps since when while the state stays', () => {
      const part = board().component('pool');
      part.up();
      const { since } = part.health;
      part.up();
      expect(part.health).toEqual({ kind: 'component', state: 'up', since });
    });

    it('keeps the last error after it is up again', () => {
      const part = board().component('pool');
      part.down('POOL.WORKER_LOST');
      part.up();
      expect(part.health).toEqual({
        kind: 'component',
        state: 'up',
        since: '2026-01-01T00:00:03.000Z',
        lastError: { code: 'POOL.WORKER_LOST', at: '2026-01-01T00:00:01.000Z' },
      });
    });

    it('is the same part when it is asked for again', () => {
      const same = board();
      expect(same.component('pool')).toBe(same.component('pool'));
    });

    it('cannot be a dependency too', () => {
      const same = board();
      same.component('redis');
      expect(() => same.dependency('redis')).toThrow("'redis' is a component and a dependency. This is a bug.");
    });
  });

  describe('dependency', () => {
    it('is exposed as a metric that follows its state', async () => {
      const registry = new Registry();
      const redis = new HealthBoard(new PrometheusTelemetry(registry)).dependency('redis');
      const exposed = async () => /^cortex_dependency_up\{dependency="redis"\} (.)$/m.exec(await registry.metrics())?.[1];

      expect(await exposed()).toBe('0');
      redis.up();
      expect(await exposed()).toBe('1');
      redis.down('REDIS.UNREACHABLE');
      expect(await exposed()).toBe('0');
    });
  });

  describe('show', () => {
    it('reads its section each time, and shows the code of what fails', () => {
      const shown = board();
      let models = ['a'];
      shown.show('models', () => models);
      shown.show('governor', () => {
        throw new GoneError('at db.internal:5432');
      });
      models = ['a', 'b'];
      expect(shown.sections()).toEqual({ models: ['a', 'b'], governor: { error: 'MODELS.GONE' } });
    });

    it.each(['status', 'details', 'resources'])('refuses to replace %p', (section) => {
      expect(() => board().show(section, () => 1)).toThrow(/This is a bug/);
    });
  });
});

describe('Readiness', () => {
  it('is warming, with the code of a warm-up that failed, until one is answered', () => {
    const readiness = new Readiness(ticking());
    readiness.failed('REGISTRY.MODEL_BROKEN');
    expect(readiness.report).toEqual({ state: 'warming', since: '2026-01-01T00:00:00.000Z', errorCode: 'REGISTRY.MODEL_BROKEN' });

    readiness.ready();
    expect(readiness.report).toEqual({ state: 'ready', since: '2026-01-01T00:00:01.000Z' });
  });

  it('does not come back from draining', () => {
    const readiness = new Readiness();
    readiness.drain();
    readiness.ready();
    expect(readiness.state).toBe('draining');
  });
});
