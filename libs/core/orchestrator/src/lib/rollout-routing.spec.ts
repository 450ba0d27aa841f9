import { LoadFailedError } from '@cortex/inference';
import { CallerGoneError, internalContext, type RequestContext } from '@cortex/kernel';
import { FakeClock } from '@cortex/kernel/testing';
import type { ModelVersion, ResolvedModel } from '@cortex/model-registry';
import { OverloadedError } from '@cortex/resource-governor';
import { RolloutObserver, type RolloutOutcome } from './rollout-observer.port';
import { RolloutRouting } from './rollout-routing';

class Journal extends RolloutObserver {
  readonly outcomes: RolloutOutcome[] = [];
  readonly agreements: (number | undefined)[] = [];
  record(outcome: RolloutOutcome): void {
    this.outcomes.push(outcome);
  }
  compare({ agreement }: { readonly agreement: number | undefined }): void {
    this.agreements.push(agreement);
  }
}

const version = (number: string): ModelVersion => ({
  name: 'encoder', version: number, task: 'embed', runtime: 'onnx', folder: 'encoder', origin: 'folder', variants: [], maxTokens: 8,
});
const stable = version('1');
const trial = version('2');
const canary: ResolvedModel = { version: trial, alias: 'live', rollout: { arm: 'canary', draw: 0.01, weight: 0.1, stable } };
const shadowed: ResolvedModel = { version: stable, alias: 'live', rollout: { arm: 'stable', draw: 0.01, weight: 0.1, stable, shadow: trial } };
const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

function make(answers: Record<string, () => Promise<number[]>> = {}) {
  const journal = new Journal();
  const asked: { version: string; context: RequestContext }[] = [];
  const run = async ({ version: { version: number } }: ResolvedModel, context: RequestContext) => {
    asked.push({ version: number, context });
    return (await answers[number]?.()) ?? [1, 0];
  };
  const routing = new RolloutRouting(journal, new FakeClock());
  const ask = (model: ResolvedModel, context = internalContext()) => routing.route(model, { run, numbersOf: (numbers) => Float32Array.from(numbers) }, context);
  return { ask, asked, journal };
}

describe('RolloutRouting', () => {
  it('asks the version itself where there is no rollout, and notes nothing', async () => {
    const { ask, asked, journal } = make();
    await ask({ version: stable });
    expect(asked).toMatchObject([{ version: '1' }]);
    expect(journal.outcomes).toEqual([]);
  });

  it('lets the canary answer its share', async () => {
    const { ask, asked, journal } = make();
    await ask(canary);
    expect(asked).toMatchObject([{ version: '2' }]);
    expect(journal.outcomes).toMatchObject([{ name: 'encoder', alias: 'live', arm: 'canary', ms: 0 }]);
  });

  it.each([
    ['cannot be loaded', new LoadFailedError('encoder', 'broken')],
    ['has a bug', new Error('bug')],
  ])('answers with the stable version when the canary %s, and notes why', async (_what, error) => {
    const { ask, asked, journal } = make({ 2: () => Promise.reject(error) });
    await expect(ask(canary)).resolves.toEqual([1, 0]);
    expect(asked.map((one) => one.version)).toEqual(['2', '1']);
    expect(journal.outcomes).toMatchObject([{ arm: 'canary', error }, { arm: 'stable' }]);
  });

  it.each([['the house is full', new OverloadedError('low', 1, 1, 1)], ['the caller left', new CallerGoneError()]])('does not ask twice when %s', async (_what, error) => {
    const { ask, asked } = make({ 2: () => Promise.reject(error) });
    await expect(ask(canary)).rejects.toBe(error);
    expect(asked).toHaveLength(1);
  });

  it('asks a shadow without letting the caller wait, at low priority and without the cache, and compares', async () => {
    const { ask, asked, journal } = make({ 2: async () => [1, 1] });
    await expect(ask(shadowed, internalContext({ priority: 'high', tenant: 'acme', cache: 'use' }))).resolves.toEqual([1, 0]);
    await settled();
    expect(asked[1]).toMatchObject({ version: '2', context: { tenant: 'acme', priority: 'low', cache: 'bypass' } });
    expect(journal.agreements[0]).toBeCloseTo(Math.SQRT1_2, 6);
  });

  it('does not tell the caller of a shadow that fails', async () => {
    const { ask, journal } = make({ 2: () => Promise.reject(new Error('shadow')) });
    await expect(ask(shadowed)).resolves.toEqual([1, 0]);
    await settled();
    expect(journal.outcomes).toMatchObject([{ arm: 'stable' }, { arm: 'canary', error: new Error('shadow') }]);
    expect(journal.agreements).toEqual([undefined]);
  });

  it('leaves copies out while enough of them run', async () => {
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const { ask, asked, journal } = make({ 2: () => gate.then(() => [1, 0]) });
    for (let i = 0; i < 6; i += 1) await ask(shadowed);
    expect(asked.filter((one) => one.version === '2')).toHaveLength(4);
    open();
    await settled();
    expect(journal.agreements.filter((agreement) => agreement === undefined)).toHaveLength(2);
    expect(journal.agreements.filter((agreement) => agreement === 1)).toHaveLength(4);
  });

  it.each([['can be explained', async () => [1, 0]], ['cannot be loaded', () => Promise.reject(new LoadFailedError('encoder', 'broken'))]])('asks the drawn version alone in a dry run, and notes nothing, when it %s', async (_what, answer) => {
    const { ask, asked, journal } = make({ 2: answer });
    await Promise.allSettled([ask(canary, internalContext({ dryRun: true })), ask(shadowed, internalContext({ dryRun: true }))]);
    await settled();
    expect(asked.map((one) => one.version)).toEqual(['2', '1']);
    expect(journal).toMatchObject({ outcomes: [], agreements: [] });
  });

  it('calls answers of another size no agreement', async () => {
    const { ask, journal } = make({ 2: async () => [1, 0, 0] });
    await ask(shadowed);
    await settled();
    expect(journal.agreements).toEqual([0]);
  });
});
