import { LoadFailedError } from '@cortex/inference';
import type { RequestContext } from '@cortex/kernel';
import { FakeClock } from '@cortex/kernel/testing';
import type { GateSpec } from '@cortex/model-registry';
import { aModelVersion } from '@cortex/model-registry/testing';
import type { LoadedModel, Orchestrator } from '@cortex/orchestrator';
import type { AnnotateRequest } from './annotation/annotation';
import type { ClassifyRequest } from './classify';
import type { EmbedRequest, TextInput } from './embed';
import { TextGateRunner } from './text-gate-runner';
import type { TextModels } from './text-models';
import { WrongTaskError } from './text-models.errors';

const embedder = aModelVersion({ name: 'embedder', version: '2' });
const classifier = aModelVersion({ name: 'classifier', task: 'classify' });
const tensors = aModelVersion({ name: 'tensors', task: 'tensor' });

/** A model whose vector is the text's length and 1, whose label is its first letter. */
function surroundings({ runMs = [1], memoryBytes = 1_000, vectorOf = lengthAndOne }: { runMs?: readonly number[]; memoryBytes?: number; vectorOf?: (text: TextInput) => Float32Array } = {}) {
  const clock = new FakeClock();
  const requests: (EmbedRequest | ClassifyRequest | AnnotateRequest)[] = [];
  const contexts: RequestContext[] = [];
  const note = (request: EmbedRequest | ClassifyRequest | AnnotateRequest, context: RequestContext) => {
    clock.advance(runMs[requests.length % runMs.length]!);
    requests.push(request);
    contexts.push(context);
  };
  const texts = {
    embed: async (request: EmbedRequest, context: RequestContext) => {
      if (request.model?.startsWith('tensors')) throw new WrongTaskError('tensors', 'tensor', 'embed');
      note(request, context);
      return { vectors: request.texts.map(vectorOf) };
    },
    classify: async (request: ClassifyRequest, context: RequestContext) => {
      note(request, context);
      return { labels: ['a', 'b'], scores: request.texts.map((text) => Float32Array.of(...['a', 'b'].map((label) => (text[0] === label ? 0.9 : 0.1)))) };
    },
    annotate: async (request: AnnotateRequest, context: RequestContext) => note(request, context),
  };
  const orchestrator = {
    describe: async (_model: unknown, context: RequestContext) => {
      contexts.push(context);
      return { memoryBytes } as LoadedModel;
    },
  };
  return { clock, requests, contexts, orchestrator, runner: new TextGateRunner(texts as unknown as TextModels, orchestrator as unknown as Orchestrator, clock) };
}

function lengthAndOne(text: TextInput): Float32Array {
  return Float32Array.of(text.length, 1);
}

describe('TextGateRunner', () => {
  const golden: GateSpec = { golden: { inputs: ['one', 'three'], expected: [[3, 1], [5, 1]] } };

  it('passes a model that answers as expected', async () => {
    const { runner } = surroundings();
    expect(await runner.run(embedder, golden)).toEqual([{ part: 'loads', passed: true }, { part: 'golden', passed: true, measured: expect.closeTo(1, 6), bound: 0.99, detail: 'inputs[0] is the furthest' }]);
  });

  it('asks the very version, with low priority and past the caches, in small requests', async () => {
    const { runner, requests, contexts } = surroundings();
    const inputs = Array.from({ length: 70 }, () => 'one');
    await runner.run(embedder, { golden: { inputs, expected: inputs.map(() => [3, 1]) } });
    expect(requests.map(({ model, texts }) => [model, texts.length])).toEqual([['embedder@2', 32], ['embedder@2', 32], ['embedder@2', 6]]);
    expect(contexts).toHaveLength(4); // the load, too
    for (const context of contexts) expect(context).toMatchObject({ id: 'gate', priority: 'low', cache: 'bypass', deadlineMs: 600_000 });
  });

  it.each([
    ['a vector that is too far', [[3, 1], [1, 5]], { measured: expect.closeTo(0.3846, 3), detail: 'inputs[1] is the furthest' }],
    ['a vector of another size', [[3, 1], [1, 5, 0]], { detail: "expected[1] has 3 components, the model's vectors have 2" }],
    ['a label', [[3, 1], 'a'], { detail: 'expected[1] is a label, the model gives vectors' }],
    ['a vector without direction', [[3, 1], [0, 0]], { measured: 0 }],
  ])('does not pass %s', async (_, expected, check) => {
    const { runner } = surroundings();
    const [, result] = await runner.run(embedder, { golden: { inputs: ['one', 'three'], expected } });
    expect(result).toMatchObject({ part: 'golden', passed: false, ...check });
  });

  it('does not pass a model that answers with an infinity', async () => {
    const { runner } = surroundings({ vectorOf: (text) => Float32Array.of(text === 'three' ? Infinity : 3, 1) });
    expect((await runner.run(embedder, golden))[1]).toEqual({ part: 'golden', passed: false, detail: 'the agreement of inputs[1] is no finite number' });
  });

  it('wants golden labels equal, and a labelled set mostly right', async () => {
    const { runner } = surroundings();
    const inputs = ['a1', 'b2', 'a3', 'b4'];
    const labels = ['a', 'b', 'a', 'a'];
    expect(await runner.run(classifier, { golden: { inputs, expected: labels }, labelled: { inputs, labels, minAccuracy: 0.75 } })).toEqual([
      { part: 'loads', passed: true },
      { part: 'golden', passed: false, measured: 0.75, bound: 1, detail: 'inputs[3] is the first that differs' },
      { part: 'labelled', passed: true, measured: 0.75, bound: 0.75, detail: 'inputs[3] is the first that differs' },
    ]);
  });

  it('says what cannot be asked of a model', async () => {
    const { runner } = surroundings();
    const checks = await runner.run(tensors, { ...golden, labelled: { inputs: ['x'], labels: ['a'], minAccuracy: 0 }, maxP95Ms: 1 });
    expect(checks.map(({ part, passed, detail }) => [part, passed, detail])).toEqual([
      ['loads', true, undefined],
      ['golden', false, 'golden answers of a model for tensor cannot be compared, only vectors of one to embed and labels of one to classify'],
      ['labelled', false, 'a model for tensor gives no labels'],
      ['p95', false, 'model tensors is for tensor, not for embed'],
    ]);
  });

  it('times single requests after a warm-up', async () => {
    const slowAtFirst = [...Array<number>(5).fill(1_000), ...Array<number>(94).fill(2), ...Array<number>(6).fill(50)];
    const { runner, requests } = surroundings({ runMs: slowAtFirst });
    const [, p95] = await runner.run(embedder, { maxP95Ms: 40 });
    expect([p95, requests.length]).toEqual([{ part: 'p95', passed: false, measured: 50, bound: 40, detail: 'of 100 requests' }, 105]);
  });

  it('times a token classifier by what it finds in texts', async () => {
    const { runner, requests } = surroundings();
    const [, p95] = await runner.run(aModelVersion({ name: 'tagger', task: 'token-classify' }), { maxP95Ms: 1 });
    expect(p95).toMatchObject({ passed: true, measured: 1 });
    expect(requests[0]).toEqual({ model: 'tagger@1', texts: ['Where is the station?'] });
  });

  it('times fewer requests of a slow model', async () => {
    const { runner } = surroundings({ runMs: [12_000] });
    const [, p95] = await runner.run(embedder, { maxP95Ms: 15_000 });
    expect(p95).toMatchObject({ passed: true, measured: 12_000, detail: 'of 3 requests' });
  });

  it.each([[1_000, true], [999, false]])('holds the measured memory against %d bytes', async (maxMemoryBytes, passed) => {
    const { runner } = surroundings();
    expect((await runner.run(tensors, { maxMemoryBytes }))[1]).toEqual({ part: 'memory', passed, measured: 1_000, bound: maxMemoryBytes });
  });

  it('goes no further where the model does not load', async () => {
    const { runner, orchestrator, requests } = surroundings();
    orchestrator.describe = () => Promise.reject(new LoadFailedError('embedder', 'no such operator'));
    expect(await runner.run(embedder, golden)).toEqual([{ part: 'loads', passed: false, detail: expect.stringContaining('no such operator') }]);
    expect(requests).toEqual([]);
  });

  it('keeps the words of a bug to itself', async () => {
    const { runner, orchestrator } = surroundings();
    orchestrator.describe = () => Promise.reject(new Error('/secret/path'));
    expect(await runner.run(embedder, golden)).toEqual([{ part: 'loads', passed: false, detail: 'an internal error' }]);
  });

  it('gives up a load that hangs after ten minutes', async () => {
    jest.useFakeTimers();
    const { runner, orchestrator } = surroundings();
    orchestrator.describe = (_model, { signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const checks = runner.run(embedder, golden);
    jest.advanceTimersByTime(600_000);
    jest.useRealTimers();
    expect(await checks).toEqual([{ part: 'loads', passed: false, detail: expect.stringContaining('600000 ms') }]);
  });

  it('ends after ten minutes', async () => {
    const { runner } = surroundings({ runMs: [400_000] });
    const inputs = Array.from({ length: 100 }, () => 'one');
    expect((await runner.run(embedder, { golden: { inputs, expected: inputs.map(() => [3, 1]) } }))[1]).toMatchObject({ passed: false, detail: expect.stringContaining('600000 ms') });
  });
});
