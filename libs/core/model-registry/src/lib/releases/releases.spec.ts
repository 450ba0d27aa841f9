import { FakeModelRegistry, aModelVersion } from '../../testing/fake-model-registry';
import type { GateCheck, GateSpec } from '../gate';
import type { GateRunner } from '../gate-runner.port';
import type { HistoryEntry } from '../model-record';
import type { ModelVersion } from '../model-version';
import { Releases } from './releases';
import { Rollouts } from './rollouts';

const by = { by: 'admin' };
const gate: GateSpec = { maxP95Ms: 5 };
const passed: readonly GateCheck[] = [{ part: 'loads', passed: true }];
const failed: readonly GateCheck[] = [...passed, { part: 'p95', passed: false, measured: 7.25, bound: 5, detail: 'of 100 requests' }];

describe('Releases', () => {
  let registry: FakeModelRegistry;
  let releases: Releases;
  let checks: readonly GateCheck[];
  let during: () => Promise<unknown>;
  let runs: string[];

  beforeEach(async () => {
    registry = await FakeModelRegistry.of(...['1', '2', '3'].map((version) => aModelVersion({ name: 'm', version })));
    checks = passed;
    runs = [];
    during = () => Promise.resolve();
    const runner: GateRunner = {
      run: async ({ version }) => {
        runs.push(version);
        await during();
        return checks;
      },
    };
    releases = new Releases(registry, runner);
  });
  const versionOf = async (reference: string) => (await registry.resolve(reference)).version.version;
  const lastEntry = () => registry.records.of('m').history[0];

  describe('moveAlias', () => {
    it('makes an alias and moves it, noting who, what and why', async () => {
      expect(await releases.moveAlias('m', 'stable', { ...by, version: '1' })).toEqual({ alias: 'stable', version: '1', from: undefined });
      expect(await releases.moveAlias('m', 'stable', { ...by, version: 'latest', reason: 'r'.repeat(2_000) })).toEqual({ alias: 'stable', version: '3', from: '1' });
      expect([await versionOf('m@stable'), lastEntry()]).toEqual(['3', { at: expect.any(Number), by: 'admin', action: 'alias', alias: 'stable', from: '1', to: '3', reason: 'r'.repeat(1_000) }]);
    });

    it('pins the plain name', async () => {
      expect(await releases.moveAlias('m', 'latest', { ...by, version: '2' })).toMatchObject({ from: '3' });
      expect(await versionOf('m')).toBe('2');
    });

    it('moves only from where the caller saw it', async () => {
      await releases.moveAlias('m', 'stable', { ...by, version: '1', expectedFrom: null });
      const moves = ['2', '3'].map((version) => releases.moveAlias('m', 'stable', { ...by, version, expectedFrom: '1' }));
      const [first, second] = await Promise.allSettled(moves);
      expect([first, second]).toMatchObject([{ status: 'fulfilled' }, { reason: { code: 'REGISTRY.ALIAS_MOVED', kind: 'conflict', message: "alias 'stable' of model 'm' is 2 now, not 1" } }]);
      await expect(releases.moveAlias('m', 'stable', { ...by, version: '3', expectedFrom: null })).rejects.toThrow('is 2 now, not unset');
    });

    it.each([
      ['nobody', 'stable', '1', 'REGISTRY.MODEL_NOT_FOUND'],
      ['m', 'stable', '9', 'REGISTRY.VERSION_NOT_FOUND'],
      ['m', '2', '1', 'REGISTRY.INVALID_ALIAS'],
      ['m', 'a b', '1', 'REGISTRY.INVALID_ALIAS'],
      ['m', '__proto__', '1', 'REGISTRY.INVALID_ALIAS'],
    ])('refuses %s@%s to %s with %s', async (name, alias, version, code) => {
      await expect(releases.moveAlias(name, alias, { ...by, version })).rejects.toMatchObject({ code });
    });

    it('refuses a version that is broken or unloaded', async () => {
      registry.withdraw('m', '1');
      await expect(releases.moveAlias('m', 'stable', { ...by, version: '1' })).rejects.toMatchObject({ code: 'REGISTRY.MODEL_UNLOADED' });
    });

    it('ends the rollout of the version that it moves to', async () => {
      await new Rollouts(registry).start('m', { alias: 'latest', version: '1', mode: 'canary', weight: 1 }, by);
      await releases.moveAlias('m', 'latest', { ...by, version: '2' });
      expect(registry.records.of('m').rollouts).toHaveLength(1);
      await releases.moveAlias('m', 'latest', { ...by, version: '1' });
      expect([registry.records.of('m').rollouts, await registry.resolve('m', { id: 'id' })]).toEqual([[], await registry.resolve('m')]);
    });
  });

  describe('removeAlias', () => {
    it('removes it, and its rollout', async () => {
      await releases.moveAlias('m', 'stable', { ...by, version: '1' });
      await new Rollouts(registry).start('m', { alias: 'stable', version: '2', mode: 'shadow', weight: 1 }, by);
      await releases.removeAlias('m', 'stable', by);
      expect(registry.records.of('m')).toMatchObject({ aliases: {}, rollouts: [] });
      await expect(releases.removeAlias('m', 'stable', by)).rejects.toMatchObject({ code: 'REGISTRY.ALIAS_NOT_FOUND' });
    });

    it('gives the plain name back to the highest version', async () => {
      await releases.moveAlias('m', 'latest', { ...by, version: '1' });
      await releases.removeAlias('m', 'latest', by);
      expect(await versionOf('m')).toBe('3');
    });
  });

  describe('promote', () => {
    it('runs the gate, keeps its report and moves', async () => {
      await releases.setGate('m', 'stable', { ...by, gate });
      const state = await releases.promote('m', 'stable', { ...by, version: '2', reason: 'good' });
      expect([state, runs, await versionOf('m@stable')]).toMatchObject([{ version: '2', report: { passed: true, alias: 'stable' } }, ['2'], '2']);
      expect(registry.records.of('m')).toMatchObject({ reports: [{ passed: true, version: '2' }], history: [{ action: 'promote', to: '2', reason: 'good' }, { action: 'gate' }] });
    });

    it('does not move where a check failed, and carries the report', async () => {
      await releases.moveAlias('m', 'stable', { ...by, version: '1' });
      await releases.setGate('m', 'stable', { ...by, gate });
      checks = failed;
      await expect(releases.promote('m', 'stable', { ...by, version: '2' })).rejects.toMatchObject({
        code: 'REGISTRY.GATE_FAILED', kind: 'conflict', report: { passed: false, checks: failed },
        message: "version '2' of model 'm' does not pass the gate of 'stable': p95 7.25 against 5 (of 100 requests)",
      });
      expect([await versionOf('m@stable'), registry.records.of('m').reports]).toMatchObject(['1', [{ passed: false }]]);
    });

    it('moves without conditions where there is no gate', async () => {
      await releases.promote('m', 'stable', { ...by, version: '2' });
      expect([await versionOf('m@stable'), runs]).toEqual(['2', []]);
    });

    it('loads the version before it moves where there is no gate', async () => {
      const seen: unknown[] = [];
      const warmUp = async ({ version }: ModelVersion) => void seen.push(version, registry.records.of('m').aliases);
      await releases.promote('m', 'stable', { ...by, version: 'latest', warmUp });
      expect([seen, await versionOf('m@stable')]).toEqual([['3', {}], '3']);
    });

    it('does not move where the version cannot be loaded', async () => {
      const warmUp = () => Promise.reject(new Error('no such operator'));
      await expect(releases.promote('m', 'stable', { ...by, version: '2', warmUp })).rejects.toThrow('no such operator');
      expect(registry.records.of('m').revision).toBe(0);
    });

    it('loads nothing that cannot be moved, and leaves loading to the gate where there is one', async () => {
      const warmUp = jest.fn();
      await expect(releases.promote('m', 'stable', { ...by, version: '2', expectedFrom: '1', warmUp })).rejects.toMatchObject({ code: 'REGISTRY.ALIAS_MOVED' });
      await releases.setGate('m', 'stable', { ...by, gate });
      await releases.promote('m', 'stable', { ...by, version: '2', warmUp });
      expect([warmUp.mock.calls, runs]).toEqual([[], ['2']]);
    });

    it.each([true, false])('moves to the very version that was loaded or judged, though `latest` moved on (gate: %s)', async (hasGate) => {
      if (hasGate) await releases.setGate('m', 'stable', { ...by, gate });
      during = async () => {
        registry.versions.push(aModelVersion({ name: 'm', version: '4' }));
        await registry.refresh();
      };
      await releases.promote('m', 'stable', { ...by, version: 'latest', warmUp: during });
      expect([await versionOf('m@stable'), await versionOf('m')]).toEqual(['3', '4']);
    });

    it('does not move an alias that somebody moved while the gate was run', async () => {
      await releases.setGate('m', 'stable', { ...by, gate });
      during = () => releases.moveAlias('m', 'stable', { ...by, version: '3' });
      await expect(releases.promote('m', 'stable', { ...by, version: '2' })).rejects.toMatchObject({ code: 'REGISTRY.ALIAS_MOVED' });
      expect(await versionOf('m@stable')).toBe('3');
    });

    it('refuses before the gate what cannot be moved', async () => {
      await releases.setGate('m', 'stable', { ...by, gate });
      await expect(releases.promote('m', 'stable', { ...by, version: '2', expectedFrom: '1' })).rejects.toMatchObject({ code: 'REGISTRY.ALIAS_MOVED' });
      expect(runs).toEqual([]);
    });

    it('fails closed where nothing runs gates', async () => {
      releases = new Releases(registry);
      await releases.setGate('m', 'stable', { ...by, gate });
      await expect(releases.promote('m', 'stable', { ...by, version: '2' })).rejects.toMatchObject({ code: 'REGISTRY.GATE_FAILED' });
    });
  });

  describe('runGate', () => {
    it('runs one gate of a model at a time, also after a runner that threw', async () => {
      await releases.setGate('m', 'stable', { ...by, gate });
      during = () => Promise.reject(new Error('bug'));
      await expect(releases.runGate('m', 'stable', '1')).rejects.toThrow('bug');
      during = () => new Promise((resolve) => setTimeout(resolve, 5));
      const [first, second] = await Promise.allSettled([releases.runGate('m', 'stable', '1'), releases.runGate('m', 'stable', '2')]);
      expect([first, second]).toMatchObject([{ value: { passed: true } }, { reason: { code: 'REGISTRY.GATE_RUNNING' } }]);
    });

    it('keeps the latest fifty reports', async () => {
      await releases.setGate('m', 'stable', { ...by, gate });
      for (let i = 0; i < 55; i += 1) await releases.runGate('m', 'stable', i < 54 ? '1' : '2');
      const { reports } = registry.records.of('m');
      expect([reports.length, reports[0]?.version]).toEqual([50, '2']);
    });

    it('refuses an alias without a gate', async () => {
      await expect(releases.runGate('m', 'stable', '1')).rejects.toMatchObject({ code: 'REGISTRY.GATE_NOT_FOUND' });
      await releases.setGate('m', 'stable', { ...by, gate });
      await releases.removeGate('m', 'stable', by);
      await expect(releases.removeGate('m', 'stable', by)).rejects.toMatchObject({ code: 'REGISTRY.GATE_NOT_FOUND' });
    });
  });

  describe('rollback', () => {
    it('goes back step by step to what the alias gave before', async () => {
      for (const version of ['1', '2', '3']) await releases.promote('m', 'stable', { ...by, version });
      expect(await releases.rollback('m', 'stable', { ...by, reason: 'slow' })).toEqual({ alias: 'stable', version: '2', from: '3' });
      expect(lastEntry()).toMatchObject({ action: 'rollback', from: '3', to: '2', reason: 'slow' });
      expect((await releases.rollback('m', 'stable', by)).version).toBe('1');
      await expect(releases.rollback('m', 'stable', by)).rejects.toMatchObject({ code: 'REGISTRY.NOTHING_TO_ROLL_BACK', kind: 'conflict' });
    });

    it('takes the plain name back from its first move', async () => {
      await releases.moveAlias('m', 'latest', { ...by, version: '1' });
      expect((await releases.rollback('m', 'latest', by)).version).toBe('3');
    });

    it('refuses a version before that is gone', async () => {
      for (const version of ['1', '2']) await releases.promote('m', 'stable', { ...by, version });
      registry.versions.splice(0, 1);
      await registry.refresh();
      await expect(releases.rollback('m', 'stable', by)).rejects.toMatchObject({ code: 'REGISTRY.VERSION_NOT_FOUND' });
    });
  });

  it('keeps the latest thousand lines of history', async () => {
    const old = { at: 1, by: 'admin', action: 'alias', reason: 'old' } as const;
    await registry.records.change('m', (record) => ({ ...record, history: Array<HistoryEntry>(999).fill(old) }));
    for (const version of ['1', '2']) await releases.moveAlias('m', 'stable', { ...by, version });
    const { history } = registry.records.of('m');
    expect([history.length, history[0]?.to, history[1]?.to, history[999]]).toEqual([1_000, '2', '1', old]);
  });
});
