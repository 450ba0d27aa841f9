import { Jobs, MemoryJobQueue, MemoryJobStore, type JobRecord } from '@cortex/jobs';
import { SystemClock } from '@cortex/kernel';
import { aModelVersion, FakeModelRegistry } from '@cortex/model-registry/testing';
import { bytesOf, chunksOf, MemoryObjectStore } from '@cortex/objects/testing';
import { BatchInference, type BatchOrder } from './batch-inference';
import { batchInferenceOptionsSchema } from './batch-inference.options';
import { FakeTextModels } from './fake-text-models.fixture';
import { Files } from './files/files';
import { JsonLinesFormat } from './formats/json-lines-format';
import { outlookOf } from './outlook';
import { AnnotateTask } from './tasks/annotate-task';
import { ClassifyTask } from './tasks/classify-task';
import { EmbedTask } from './tasks/embed-task';
import { RerankTask } from './tasks/rerank-task';

const ACME = { tenant: 'acme' };

describe('BatchInference', () => {
  let store: MemoryObjectStore;
  let models: FakeTextModels;
  let jobs: Jobs;
  let files: Files;
  let batch: BatchInference;

  beforeEach(async () => {
    [store, models] = [new MemoryObjectStore(), new FakeTextModels()];
    const versions = (['embed', 'rerank', 'classify', 'token-classify', 'generate'] as const).map((task) => aModelVersion({ name: `a-${task}`, task }));
    const registry = await FakeModelRegistry.of(...versions, aModelVersion({ name: 'small', task: 'embed' }));
    jobs = new Jobs({ store: new MemoryJobStore(), queue: new MemoryJobQueue() }, { pollMs: 5 });
    const settings = batchInferenceOptionsSchema.parse({ windowRows: 100 });
    files = new Files(store, settings);
    const tasks = [new EmbedTask(models), new RerankTask(models), new ClassifyTask(models), new AnnotateTask(models)];
    batch = new BatchInference({ jobs, store, files, registry, tasks, formats: [new JsonLinesFormat()], clock: new SystemClock() }, settings);
    jobs.start();
    await store.write('tenants/acme/in/texts.jsonl', chunksOf('{"id":1,"text":"a"}\n{"id":2,"text":""}\n'));
    await store.write('tenants/other/secret.jsonl', chunksOf('{"text":"secret"}\n'));
  });
  afterEach(() => jobs.close());

  const order = (differs: Partial<BatchOrder> = {}): BatchOrder => ({ model: 'small', input: { format: 'jsonl', objectKey: 'in/texts.jsonl' }, ...differs });
  const ended = async ({ id, tenant }: JobRecord) => {
    let last: JobRecord | undefined;
    for await (const job of jobs.watch(id, tenant, AbortSignal.timeout(40_000))) last = job;
    return last!;
  };

  it('answers the rows of an object, and gives the output', async () => {
    const job = await ended(await batch.submit(order(), ACME));
    expect(job).toMatchObject({ state: 'succeeded', counts: { done: 1, failed: 1, total: 2 } });
    const { contentType, bytes, chunks } = await batch.output(job);
    const output = await bytesOf(chunks);
    expect([contentType, bytes]).toEqual(['application/x-ndjson', output.length]);
    expect(output.toString().split('\n').map((line) => line.slice(0, 9))).toEqual(['{"id":1,"', '{"id":2,"', '']);
    expect(outlookOf(job)).toMatchObject({ progress: 1 });
    await expect(batch.output(job, 'errors')).rejects.toMatchObject({ code: 'BATCH.NO_SUCH_OUTPUT' });
    await batch.removeOutput(job, 'output');
    await expect(batch.output(job)).rejects.toMatchObject({ code: 'BATCH.NO_SUCH_OUTPUT' });
  });

  it('takes the task from the model, and the model from the task', async () => {
    await store.write('tenants/acme/pairs.jsonl', chunksOf('{"query":"q","documents":["q","d"]}\n'));
    const [byModel, byTask] = [await batch.submit(order({ model: 'a-rerank', input: { format: 'jsonl', objectKey: 'pairs.jsonl' } }), ACME), await batch.submit(order({ model: undefined, task: 'embed' }), ACME)];
    expect((await bytesOf((await batch.output(await ended(byModel))).chunks)).toString()).toBe('{"scores":[1,0.5]}\n');
    expect(byTask.spec).toMatchObject({ task: 'embed', model: 'a-embed' });
  });

  it.each<[string, Partial<BatchOrder>, string]>([
    ['neither model nor task', { model: undefined }, 'model'],
    ['a task that there is not', { task: 'sing' }, 'task'],
    ['a model for something else', { task: 'classify' }, 'model'],
    ['a model that no task is for', { model: 'a-generate' }, 'model'],
    ['a format that there is not', { input: { format: 'xml', objectKey: 'in/texts.jsonl' } }, 'input.format'],
    ['an output format that there is not', { output: { format: 'xml' } }, 'output.format'],
    ['a parameter that there is not', { parameters: { dimension: 3 } }, 'parameters'],
    ['a parameter of another type', { parameters: { dimensions: 0.5 } }, 'parameters.dimensions'],
  ])('refuses %s, and says where', async (_what, differs, field) => {
    await expect(batch.submit(order(differs), ACME)).rejects.toMatchObject({ code: 'BATCH.INVALID_ORDER', field });
  });

  it.each(['in/none.jsonl', 'secret.jsonl', 'other/secret.jsonl', 'tenants/other/secret.jsonl'])('does not find the object %s among those of the tenant', async (objectKey) => {
    await expect(batch.submit(order({ input: { format: 'jsonl', objectKey } }), ACME)).rejects.toMatchObject({ code: 'BATCH.INPUT_NOT_FOUND' });
  });

  it.each(['../other/secret.jsonl', '/in/texts.jsonl', 'in/../in/texts.jsonl', '', 'in//texts.jsonl', 'in/./texts.jsonl', '%2e%2e/x'])('refuses the key %p', async (objectKey) => {
    await expect(batch.submit(order({ input: { format: 'jsonl', objectKey } }), ACME)).rejects.toMatchObject({ code: 'OBJECTS.BAD_KEY' });
  });

  it('takes an uploaded file, of the same tenant alone, and lets it go with the job it was for', async () => {
    const { id: fileId } = await files.add({ tenant: 'acme', chunks: chunksOf('{"text":"a"}\n'), describe: () => ({ filename: 'x', purpose: 'batch' }) });
    await expect(batch.submit(order({ input: { format: 'jsonl', fileId } }), { tenant: 'other' })).rejects.toMatchObject({ code: 'BATCH.FILE_NOT_FOUND' });
    const [keeps, owns] = [await ended(await batch.submit(order({ input: { format: 'jsonl', fileId } }), ACME)), await ended(await batch.submit(order({ input: { format: 'jsonl', fileId, isForThisJob: true } }), ACME))];
    await jobs.remove(keeps.id, 'acme');
    expect(await files.get(fileId, 'acme')).toBeDefined();
    await jobs.remove(owns.id, 'acme');
    await expect(files.get(fileId, 'acme')).rejects.toMatchObject({ code: 'BATCH.FILE_NOT_FOUND' });
    expect([...store.kept.keys()].filter((key) => key.includes('/jobs/'))).toEqual([]);
  });

  it('has no output before it has succeeded', async () => {
    models.before = () => new Promise((resolve) => setTimeout(resolve, 50));
    const job = await batch.submit(order(), ACME);
    await expect(batch.output(job)).rejects.toMatchObject({ code: 'BATCH.NOT_READY' });
    await jobs.cancel(job.id, 'acme');
    expect(await ended(job)).toMatchObject({ state: 'cancelled' });
  });

  it('fails a job whose input is gone', async () => {
    const job = await batch.submit(order(), ACME);
    await store.remove('tenants/acme/in/texts.jsonl');
    expect((await ended(job)).state).toBe('failed');
  });

  it('runs a hundred thousand rows, and never holds more than its windows', async () => {
    const rows = (async function* () {
      for (let index = 0; index < 100_000; index += 1) yield Buffer.from(`{"id":${index},"text":"text number ${index}"}\n`);
    })();
    await store.write('tenants/acme/many.jsonl', rows);
    let [held, most] = [0, 0];
    models.before = async (texts) => {
      most = Math.max(most, (held += texts.length));
      await new Promise(setImmediate);
      held -= texts.length;
    };
    const job = await ended(await batch.submit(order({ input: { format: 'jsonl', objectKey: 'many.jsonl' } }), ACME));
    expect(job).toMatchObject({ state: 'succeeded', counts: { done: 100_000, failed: 0, total: 100_000 } });
    expect(most).toBeLessThanOrEqual(3 * 100);
    const ids = (await bytesOf((await batch.output(job)).chunks)).toString().split('\n').filter(Boolean).map((line) => (JSON.parse(line) as { id: number }).id);
    expect(ids).toEqual(Array.from({ length: 100_000 }, (_, index) => index));
  }, 60_000);
});
