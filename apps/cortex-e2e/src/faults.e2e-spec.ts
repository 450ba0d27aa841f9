import { CortexProcess } from '@cortex/service-process';
import { ModelFolder, rowsOf20, slow, tiny } from './models';

const SLOW = '/v2/models/slow/infer';

describe('Faults', () => {
  let folder: ModelFolder;
  beforeAll(async () => {
    folder = await ModelFolder.with({ 'slow/1': slow(), 'tiny/1': tiny() });
  });
  afterAll(() => folder[Symbol.asyncDispose]());

  /** A server whose models are warm, and how to ask it. */
  async function start(environment: Record<string, string> = {}) {
    const server = await CortexProcess.start({ MODEL_DIR: folder.path, ...environment });
    const headers = await server.headers();
    const post = (path: string, body: string, extra: RequestInit = {}) => fetch(`${server.url}${path}`, { method: 'POST', body, ...extra, headers: { ...headers, ...extra.headers } });
    await Promise.all([post(SLOW, rowsOf20(1)), post('/v2/models/tiny/infer', rowsOf20(1))]);
    const stats = async () => {
      const { model_stats } = (await (await fetch(`${server.url}/v2/models/slow/stats`, { headers })).json()) as { model_stats: { inference_count: number }[] };
      return model_stats[0]!.inference_count;
    };
    return { server, headers, post, stats };
  }

  it('refuses within milliseconds what passes its deadline in the queue, while long batches run', async () => {
    const { server, post } = await start();
    await using _server = server;
    const bulk = Array.from({ length: 4 }, () => post(SLOW, rowsOf20(512)));
    await new Promise((resolve) => setTimeout(resolve, 150));
    const startedAt = performance.now();
    const late = await post(SLOW, rowsOf20(1), { headers: { 'x-cortex-deadline-ms': '5', 'x-cortex-priority': 'low' } });
    const tookMs = performance.now() - startedAt;
    expect(late.status).toBe(408);
    expect(tookMs).toBeLessThan(100);
    for (const answer of await Promise.all(bulk)) expect(answer.status).toBe(200);
  });

  it('does not run what nobody waits for any more', async () => {
    const { server, post, stats } = await start();
    await using _server = server;
    const before = await stats();
    const controller = new AbortController();
    const kept = post(SLOW, rowsOf20(64));
    const left = Array.from({ length: 20 }, () => post(SLOW, rowsOf20(512), { signal: controller.signal }));
    await new Promise((resolve) => setTimeout(resolve, 200));
    controller.abort();
    await Promise.allSettled(left);
    expect((await kept).status).toBe(200);
    expect((await post(SLOW, rowsOf20(1))).status).toBe(200);
    expect((await stats()) - before).toBeLessThan(20 * 512);
  });

  it('refuses with a computed time to come back when the queue is full, and is well afterwards', async () => {
    const { server, post } = await start();
    await using _server = server;
    const controller = new AbortController();
    const body = rowsOf20(2_048);
    const flood = Array.from({ length: 80 }, () => post(SLOW, body, { signal: controller.signal }).catch(() => undefined));
    const refused = await Promise.any(
      flood.map(async (asked) => {
        const answer = await asked;
        if (answer?.status !== 429) throw new Error('not refused');
        return answer;
      }),
    );
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(Number(refused.headers.get('retry-after-ms'))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ error: expect.stringMatching(/waiting/) as string });
    const urgent = await post('/v2/models/tiny/infer', rowsOf20(1), { headers: { 'x-cortex-priority': 'critical' } });
    expect(urgent.status).toBe(200);
    expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
    controller.abort();
    await Promise.all(flood);
    expect((await post(SLOW, rowsOf20(1))).status).toBe(200);
  });

  it('answers everything it accepted when it is told to stop, and exits 0', async () => {
    const { server, post } = await start();
    await using _server = server;
    const accepted = Array.from({ length: 12 }, (_, index) => post(SLOW, rowsOf20(96, index + 1)));
    await new Promise((resolve) => setTimeout(resolve, 300));
    server.child.kill('SIGTERM');
    const answers = await Promise.all(accepted);
    for (const answer of answers) {
      expect(answer.status).toBe(200);
      expect(((await answer.json()) as { outputs: { shape: number[] }[] }).outputs[0]!.shape).toEqual([96, 1024]);
    }
    expect(await server.ended()).toBe(0);
  });

  it('stops within its drain limit even when a client never reads', async () => {
    const { server, post } = await start({ DRAIN_TIMEOUT: '1s' });
    await using _server = server;
    const bulk = Array.from({ length: 6 }, () => post(SLOW, rowsOf20(2_048)).catch(() => undefined));
    await new Promise((resolve) => setTimeout(resolve, 300));
    const startedAt = performance.now();
    server.child.kill('SIGTERM');
    expect(await server.ended()).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    await Promise.all(bulk);
  });
});
