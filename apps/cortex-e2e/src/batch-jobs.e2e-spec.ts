import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CortexProcess } from '@cortex/service-process';
import { tableFromIPC } from 'apache-arrow';
import { until } from './client';

const KEY = 'a-key-for-batch-jobs';
const HEADERS = { authorization: `Bearer ${KEY}` };
/** More than the fastest machine answers between two looks. */
const ROWS = 100_000;
const FAILED = ROWS / 1_000;
const MODEL = 'cortex-embed-small';
const WORDS = 'boundary layer wing flow heat transfer shock wave supersonic pressure mach number body drag lift'.split(' ');

interface Job {
  readonly id: string;
  readonly state: string;
  readonly attempts: number;
  readonly model: string;
  readonly counts: { readonly total?: number; readonly done: number; readonly failed: number };
}

const textOf = (index: number) => `${index} ${Array.from({ length: 5 + (index % 20) }, (_, place) => WORDS[(index * 7 + place * 3) % WORDS.length]).join(' ')}`;
/** Every thousandth row cannot be answered. */
const lineOf = (index: number) => (index % 1_000 === 999 ? `{"id":${index}}` : JSON.stringify({ id: index, text: textOf(index) }));
const input = Array.from({ length: ROWS }, (_, index) => lineOf(index)).join('\n');

describe('Batch jobs', () => {
  let home: string;
  let server: CortexProcess;
  const start = () => CortexProcess.start({ CORTEX_HOME: home, CORTEX_API_KEY: KEY });
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'cortex-jobs-'));
    server = await start();
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await rm(home, { recursive: true, force: true });
  });

  const submit = async (query = '', body = input) => {
    const response = await fetch(`${server.url}/v1/jobs?model=${MODEL}${query}`, { method: 'POST', headers: { ...HEADERS, 'content-type': 'application/x-ndjson' }, body });
    expect(response.status).toBe(202);
    return (await response.json()) as Job;
  };
  const get = async (id: string) => (await (await fetch(`${server.url}/v1/jobs/${id}`, { headers: HEADERS })).json()) as Job;
  const ended = (id: string) => until('the job ends', async () => {
    const job = await get(id);
    return ['succeeded', 'failed', 'cancelled'].includes(job.state) && job;
  }, 120_000);
  const output = async (id: string) => Buffer.from(await (await fetch(`${server.url}/v1/jobs/${id}/output`, { headers: HEADERS })).arrayBuffer());

  it('goes on where it was killed, to the very file of a job that was not', async () => {
    const whole = await submit();
    expect(await ended(whole.id)).toMatchObject({ state: 'succeeded', counts: { total: ROWS, done: ROWS - FAILED, failed: FAILED }, attempts: 1 });

    const { id } = await submit();
    const before = await until('some rows are done', async () => {
      const job = await get(id);
      return job.counts.done > 0 && job;
    });
    await server.kill();
    expect(before).toMatchObject({ state: 'running' });
    expect(before.counts.done).toBeLessThan(ROWS - FAILED);

    server = await start();
    const after = await ended(id);
    expect(after).toMatchObject({ state: 'succeeded', counts: { total: ROWS, done: ROWS - FAILED, failed: FAILED }, attempts: 2 });
    expect((await output(id)).equals(await output(whole.id))).toBe(true);
  });

  it('gives each row what the embeddings route gives its text, whichever the format', async () => {
    const some = input.split('\n').slice(990, 1_010).join('\n');
    const [lines, table] = await Promise.all([submit('', some), submit('&output=arrow', some)]);
    await Promise.all([ended(lines.id), ended(table.id)]);
    const rows = (await output(lines.id)).toString().split('\n').filter(Boolean).map((line) => JSON.parse(line) as { id: number; embedding?: number[]; error?: { code: string } });
    expect(rows.map(({ id }) => id)).toEqual(Array.from({ length: 20 }, (_, index) => 990 + index));
    expect(rows[9]).toEqual({ id: 999, error: { code: 'BATCH.BAD_ROW', message: expect.any(String) } });

    const good = rows.filter(({ embedding }) => embedding !== undefined);
    const response = await fetch(`${server.url}/v1/embeddings`, { method: 'POST', headers: { ...HEADERS, 'content-type': 'application/json' }, body: JSON.stringify({ model: MODEL, input: good.map(({ id }) => textOf(id)) }) });
    const { data } = (await response.json()) as { data: { embedding: number[] }[] };
    expect(good.map(({ embedding }) => embedding)).toEqual(data.map(({ embedding }) => embedding));

    const arrow = tableFromIPC(await output(table.id));
    expect(arrow.numRows).toBe(20);
    const vectors = Array.from({ length: 20 }, (_, index) => arrow.getChild('embedding')!.get(index) as { toArray(): Float32Array } | null);
    expect(vectors.map((vector) => vector && Array.from(vector.toArray()))).toEqual(rows.map(({ embedding }) => (embedding ? Array.from(Float32Array.from(embedding)) : null)));
  });

  it('stops within a second or so when it is cancelled, and goes on when it is asked to', async () => {
    const { id } = await submit();
    await until('some rows are done', async () => (await get(id)).counts.done > 0);
    await fetch(`${server.url}/v1/jobs/${id}/cancel`, { method: 'POST', headers: HEADERS });
    const stopped = await until('the job stops', async () => {
      const job = await get(id);
      return job.state === 'cancelled' && job;
    }, 5_000);
    expect(stopped.counts.done).toBeLessThan(ROWS - FAILED);
    await fetch(`${server.url}/v1/jobs/${id}/retry`, { method: 'POST', headers: HEADERS });
    expect(await ended(id)).toMatchObject({ state: 'succeeded', counts: { done: ROWS - FAILED, failed: FAILED } });
  });
});
