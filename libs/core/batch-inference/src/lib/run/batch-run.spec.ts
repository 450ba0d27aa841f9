import fc from 'fast-check';
import { JobCancelledError, WorkerStoppedError } from '@cortex/jobs';
import { Clock, CortexError } from '@cortex/kernel';
import { aModelVersion, FakeModelRegistry } from '@cortex/model-registry/testing';
import { bytesOf, chunksOf, MemoryObjectStore } from '@cortex/objects/testing';
import { batchInferenceOptionsSchema, type BatchInferenceOptions } from '../batch-inference.options';
import { checkpointOf, type BatchResult, type BatchSpec } from '../batch-job';
import { FakeTextModels, vectorOf } from '../fake-text-models.fixture';
import { JsonLinesFormat } from '../formats/json-lines-format';
import { EmbedTask } from '../tasks/embed-task';
import { BatchRun } from './batch-run';
import { Death, JobUnderTest, Life, MortalObjectStore } from './mortal.fixture';

const INPUT = 'tenants/acme/texts.jsonl';
const FOLDER = 'tenants/acme/jobs/job';
const format = new JsonLinesFormat();

class Busy extends CortexError {
  readonly code = 'TEST.BUSY';
  readonly kind = 'unavailable';
  override readonly retryAfterMs = 1;
}

/** Goes on by so much whenever somebody looks. */
class TickingClock extends Clock {
  #nowMs = 0;

  constructor(private readonly tickMs: number) {
    super();
  }

  now(): number {
    return (this.#nowMs += this.tickMs);
  }
}

type Line = { readonly id?: string; readonly text?: string } | string;

interface World {
  readonly lines: readonly Line[];
  readonly options?: BatchInferenceOptions;
  readonly errors?: 'inline' | 'separate';
  readonly tickMs?: number;
}

/** A job, its input, and the runs of it. */
async function world({ lines, options, errors = 'inline', tickMs = 100 }: World) {
  const store = new MemoryObjectStore();
  const texts = new FakeTextModels();
  const registry = await FakeModelRegistry.of(aModelVersion({ name: 'small', version: '1', task: 'embed' }), aModelVersion({ name: 'small', version: '2', task: 'embed' }));
  const write = (content: readonly Line[]) => store.write(INPUT, chunksOf(content.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('')));
  await write(lines);
  const spec: BatchSpec = { task: 'embed', model: 'small@1', input: { key: INPUT, format: 'jsonl' }, output: { format: 'jsonl', errors }, parameters: {}, notes: {}, budgets: [{ account: 'key', resource: 'tokens', limit: 9 }] };
  const job = new JobUnderTest(spec);
  const settings = batchInferenceOptionsSchema.parse({ windowRows: 3, patienceMs: 100, ...options });
  const run = (life = new Life(), signal?: AbortSignal, changed: Partial<typeof settings> = {}) =>
    new BatchRun({ store: new MortalObjectStore(store, life), registry, clock: new TickingClock(tickMs), settings: { ...settings, ...changed }, task: new EmbedTask(texts), formats: { input: format, output: format } }, job.run(life, signal)).finish() as Promise<unknown> as Promise<BatchResult>;
  const output = async (series: 'output' | 'errors' = 'output') => (await bytesOf(store.read(`${FOLDER}/${series}.jsonl`))).toString();
  const rows = async (series?: 'output' | 'errors') => (await output(series)).split('\n').filter(Boolean).map((line) => JSON.parse(line) as Record<string, unknown>);
  const keys = () => [...store.kept.keys()].filter((key) => key.startsWith(FOLDER));
  return { store, texts, registry, job, run, output, rows, keys, write };
}

const texts = (count: number): Line[] => Array.from({ length: count }, (_, index) => ({ id: `row-${index}`, text: `text number ${index}` }));
const list = (vector: Float32Array) => [...vector].map((value) => expect.closeTo(value, 6));

describe('BatchRun', () => {
  it('answers every row in its order, in one file, and leaves no parts', async () => {
    const { run, rows, keys, job } = await world({ lines: texts(10) });
    expect(await run()).toMatchObject({ model: 'small@1+fp32', digest: 'sha256:0', output: { key: `${FOLDER}/output.jsonl`, rows: 10 } });
    expect(await rows()).toEqual(Array.from({ length: 10 }, (_, index) => ({ id: `row-${index}`, embedding: list(vectorOf(`text number ${index}`)) })));
    expect(keys()).toEqual([`${FOLDER}/output.jsonl`]);
    expect(job.record.counts).toEqual({ done: 10, failed: 0, total: 10 });
  });

  it('makes a file without rows of an empty input', async () => {
    const { run, output } = await world({ lines: [] });
    expect((await run()).output).toMatchObject({ rows: 0, bytes: 0 });
    expect(await output()).toBe('');
  });

  it('gives a row that cannot be answered its error at its place', async () => {
    const { run, rows, job } = await world({ lines: [{ id: 'a', text: 'fine' }, '{"id":', { id: 'c', text: 'x'.repeat(50) }, { id: 'd', text: '' }, { id: 'e' }, { text: 'fine too' }] });
    await run();
    expect(await rows()).toEqual([
      { id: 'a', embedding: list(vectorOf('fine')) },
      { error: { code: 'BATCH.BAD_LINE', message: expect.any(String) } },
      { id: 'c', error: { code: 'TEXT.TOO_LONG', message: 'the text has more than the 40 tokens that the model takes' } },
      { id: 'd', error: { code: 'BATCH.BAD_ROW', message: 'text: the text is empty' } },
      { id: 'e', error: { code: 'BATCH.BAD_ROW', message: 'text: expected a text, got nothing' } },
      { embedding: list(vectorOf('fine too')) },
    ]);
    expect(job.record.counts).toEqual({ done: 2, failed: 4, total: 6 });
  });

  it('writes rows that failed into a file of their own where that is asked for', async () => {
    const { run, rows } = await world({ lines: [{ id: 'a', text: 'fine' }, { id: 'b', text: '' }, ...texts(5)], errors: 'separate' });
    expect(await run()).toMatchObject({ output: { rows: 6 }, errors: { rows: 1, key: `${FOLDER}/errors.jsonl` } });
    expect(await rows('errors')).toEqual([{ id: 'b', error: { code: 'BATCH.BAD_ROW', message: expect.any(String) } }]);
    expect((await rows()).map(({ id }) => id)).toEqual(['a', 'row-0', 'row-1', 'row-2', 'row-3', 'row-4']);
  });

  it('asks with the lowest priority, in the name and on the account of its owner, past the caches', async () => {
    const { run, texts: models } = await world({ lines: texts(4) });
    await run();
    expect(models.contexts.length).toBeGreaterThan(1);
    for (const context of models.contexts) expect(context).toMatchObject({ tenant: 'acme', priority: 'low', cache: 'bypass', budgets: [{ account: 'key' }], deadlineMs: Infinity });
  });

  it('asks again what was overloaded or unavailable, and gives the job back when that lasts', async () => {
    const { run, texts: models, rows } = await world({ lines: texts(9) });
    let failures = 3;
    models.before = () => {
      if ((failures -= 1) >= 0) throw new Busy('busy');
    };
    await expect(run(new Life(), undefined, { patienceMs: 0 })).rejects.toThrow(Busy);
    failures = 1;
    await run(new Life(), undefined, { patienceMs: 5_000 });
    expect(await rows()).toHaveLength(9);
  });

  it('keeps to the version and file it began with', async () => {
    const { run, texts: models, job, write } = await world({ lines: texts(90) });
    await expect(run(new Life(60))).rejects.toThrow(Death);
    expect(checkpointOf(job.record)!.windows).toBeGreaterThan(0);
    models.served = { ...models.served, digest: 'sha256:1' };
    await expect(run()).rejects.toMatchObject({ code: 'BATCH.MODEL_CHANGED' });
    models.served = { ...models.served, digest: 'sha256:0' };
    await write(texts(91));
    await expect(run()).rejects.toMatchObject({ code: 'BATCH.INPUT_CHANGED' });
  });

  it('ends within a window when it is cancelled, and goes on from there when it is tried again', async () => {
    const { run, texts: models, job, rows } = await world({ lines: texts(300), options: { windowsInFlight: 2 } });
    const cancel = new AbortController();
    models.before = () => new Promise((resolve) => setTimeout(resolve, 1));
    const running = run(new Life(), cancel.signal);
    while ((checkpointOf(job.record)?.windows ?? 0) < 3) await new Promise((resolve) => setTimeout(resolve, 1));
    cancel.abort(new JobCancelledError('job'));
    const asked = models.contexts.length;
    await expect(running).rejects.toThrow(JobCancelledError);
    expect(models.contexts.length - asked).toBeLessThanOrEqual(2);
    const before = job.record.counts.done;
    expect(before).toBeGreaterThanOrEqual(9);
    await run();
    expect(await rows()).toHaveLength(300);
  });

  it('ends at once when the worker stops while it waits', async () => {
    const { run, texts: models } = await world({ lines: texts(5) });
    models.before = () => {
      throw new Busy('busy');
    };
    const stop = new AbortController();
    const running = run(new Life(), stop.signal, { patienceMs: 60_000 });
    setTimeout(() => stop.abort(new WorkerStoppedError()), 20);
    await expect(running).rejects.toThrow(WorkerStoppedError);
  });

  describe('when it dies', () => {
    const awkward: Line[] = [...texts(5), '{', { id: 'long', text: 'x'.repeat(60) }, ...texts(6), '', { id: 'last', text: 'y' }];

    it.each(['inline', 'separate'] as const)('makes the same files whichever step it dies at (%s)', async (errors) => {
      const whole = await world({ lines: awkward, errors });
      const life = new Life();
      const result = await whole.run(life);
      for (let step = 0; step < life.steps; step += 1) {
        const one = await world({ lines: awkward, errors });
        await expect(one.run(new Life(step))).rejects.toThrow(Death);
        expect(await one.run()).toEqual(result);
        expect(one.keys()).toEqual(whole.keys());
        expect(await one.output()).toBe(await whole.output());
        expect(one.job.record.counts).toEqual(whole.job.record.counts);
      }
      expect(life.steps).toBeGreaterThan(60);
    });

    it('loses and doubles nothing, whatever the rows and windows, however often it dies', async () => {
      const line = fc.oneof(fc.record({ id: fc.string({ minLength: 1 }), text: fc.string({ minLength: 1, maxLength: 60 }) }), fc.constantFrom('', '{', '[]', '{"text":7}'));
      const cases = fc.record({
        lines: fc.array(line, { maxLength: 40 }), lives: fc.array(fc.nat(80), { maxLength: 4 }), tickMs: fc.constantFrom(1, 300, 600),
        options: fc.record({ windowRows: fc.integer({ min: 1, max: 9 }), windowBytes: fc.integer({ min: 40, max: 500 }), windowsInFlight: fc.integer({ min: 1, max: 4 }), asksInFlight: fc.integer({ min: 1, max: 3 }) }),
      });
      await fc.assert(fc.asyncProperty(cases, async ({ lines, lives, options, tickMs }) => {
        const [whole, mortal] = [await world({ lines, options, tickMs }), await world({ lines, options, tickMs })];
        const result = await whole.run();
        for (const steps of lives) await mortal.run(new Life(steps)).catch(onlyDeath);
        expect(await mortal.run()).toEqual(result);
        expect(await mortal.output()).toBe(await whole.output());
        expect(mortal.keys()).toEqual(whole.keys());
        expect(mortal.job.record.counts).toEqual(whole.job.record.counts);
        expect(result.output.rows).toBe(lines.filter((one) => one !== '').length);
      }), { numRuns: 60 });
    });

    it('cuts the windows it began with, whatever the options say meanwhile', async () => {
      const [whole, one] = [await world({ lines: texts(50) }), await world({ lines: texts(50) })];
      await whole.run();
      await expect(one.run(new Life(60))).rejects.toThrow(Death);
      await one.run(new Life(), undefined, { windowRows: 50, windowBytes: 10_000 });
      expect(await one.output()).toBe(await whole.output());
    });

    it('is not disturbed by one that was taken for dead and goes on', async () => {
      const whole = await world({ lines: texts(40) });
      await whole.run();
      for (let pause = 0; pause < 40; pause += 2) {
        const { run, texts: models, output } = await world({ lines: texts(40) });
        models.before = () => new Promise((resolve) => setTimeout(resolve, Math.random() * 3));
        const former = run().catch((error: unknown) => error);
        await new Promise((resolve) => setTimeout(resolve, pause));
        const [result] = await Promise.all([run(), former]);
        expect(result.output.rows).toBe(40);
        expect(await output()).toBe(await whole.output());
      }
    });
  });
});

function onlyDeath(error: unknown): void {
  if (!(error instanceof Death)) throw error;
}
