import { setTimeout as sleep } from 'node:timers/promises';
import { CortexProcess } from '@cortex/service-process';
import { Client, until, type Answer } from './client';
import { ModelFolder, rowsOf20, slow, tiny } from './models';

const FLOOD_MS = 5_000;
/** More than twice what may wait on a fast machine. */
const BULK_CLIENTS = 64;
/** Who was refused asks again, far sooner than he was told to; but what this process sends is not what is tested. */
const AGAIN_MS = 250;
/** Of the refusals so many of the last are looked up: the server remembers a thousand requests in all. */
const REMEMBERED = 20;

describe('A flood of bulk work', () => {
  let folder: ModelFolder;
  let server: CortexProcess;
  let admin: Client;
  let others: Answer[];
  let urgent: Answer[];
  let bulk: Answer[];
  let operations: number[];

  beforeAll(async () => {
    folder = await ModelFolder.with({ 'slow/1': slow(), 'tiny/1': tiny() });
    server = await CortexProcess.start({ MODEL_DIR: folder.path, CPU_LIMIT: '1' });
    admin = await Client.of(server);
    const asks = { bulk: await admin.tenant('bulk'), other: await admin.tenant('other'), urgent: await admin.tenant('urgent', { maxPriority: 'critical' }) };
    for (const model of ['slow', 'tiny']) await admin.post(`/v1/registry/models/${model}/load`);
    [others, urgent, bulk, operations] = await flood(asks);
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  /** All of them at once for some seconds, each client one request after another. */
  async function flood(asks: { bulk: Client; other: Client; urgent: Client }): Promise<[Answer[], Answer[], Answer[], number[]]> {
    const endAt = performance.now() + FLOOD_MS;
    const many = rowsOf20(512);
    const one = rowsOf20(1);
    const insist = async () => {
      const answer = await asks.bulk.post('/v2/models/slow/infer', many, { 'x-cortex-priority': 'low' });
      if (answer.status !== 200) await sleep(AGAIN_MS);
      return answer;
    };
    async function repeat<T>(ask: () => Promise<T>): Promise<T[]> {
      const answers: T[] = [];
      while (performance.now() < endAt) answers.push(await ask());
      return answers;
    }
    const bulkClients = Array.from({ length: BULK_CLIENTS }, () => repeat(insist));
    return Promise.all([
      repeat(() => asks.other.post('/v2/models/tiny/infer', one)),
      repeat(() => asks.urgent.post('/v2/models/slow/infer', one, { 'x-cortex-priority': 'critical' })),
      Promise.all(bulkClients).then((answers) => answers.flat()),
      repeat(async () => {
        const [live, metrics] = await Promise.all(['/health/live', '/metrics'].map(async (path) => fetch(`${server.url}${path}`, { headers: await server.headers() })));
        await Promise.all([live!.text(), metrics!.text()]);
        return Math.max(live!.status, metrics!.status);
      }),
    ]);
  }
  const statusesOf = (answers: readonly Answer[]) => new Set(answers.map(({ status }) => status));

  it('leaves the single requests of another tenant alone', () => {
    expect(others.length).toBeGreaterThan(5);
    expect(statusesOf(others)).toEqual(new Set([200]));
  });

  it('never holds up what is critical', () => {
    expect(urgent.length).toBeGreaterThan(2);
    expect(statusesOf(urgent)).toEqual(new Set([200]));
  });

  it('leaves liveness and metrics answering', () => {
    expect(operations.length).toBeGreaterThan(5);
    expect(new Set(operations)).toEqual(new Set([200]));
  });

  it('is answered as far as there is room, and otherwise told when to come back', async () => {
    const refused = bulk.filter(({ status }) => status !== 200);
    expect(bulk.length - refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeGreaterThan(0);
    for (const { status, headers } of refused) {
      expect([429, 503]).toContain(status);
      expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      expect(Number(headers.get('retry-after-ms'))).toBeGreaterThanOrEqual(1);
    }
    const traces = await Promise.all(refused.slice(-REMEMBERED).map(({ headers }) => admin.get(`/v1/requests/${headers.get('x-request-id')}`)));
    const remembered = traces.filter(({ code }) => code !== 'REQUEST.UNKNOWN'); // a fast machine has made a thousand others since
    expect(remembered.length).toBeGreaterThan(0);
    for (const trace of remembered) expect(trace).toMatchObject({ tenant: 'bulk', priority: 'low', code: expect.stringMatching(/^GOVERNOR\./) });
  });

  it('leaves nothing behind', async () => {
    await until('nothing runs or waits', async () => {
      const { inUseMs, waitingMs, waiting } = await admin.governor();
      return inUseMs === 0 && waitingMs === 0 && Object.values(waiting).every((count) => count === 0);
    });
  });
});
