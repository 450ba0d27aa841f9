import { CortexProcess } from '@cortex/service-process';

/** What answers without a key, and nothing else. */
const PUBLIC = ['/health/live', '/health/ready', '/v2/health/live', '/v2/health/ready', '/openapi.json', '/docs'];

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId?: string; readonly summary?: string; readonly responses: Readonly<Record<string, unknown>> }>>>>;
}

describe('Access', () => {
  let server: CortexProcess;
  let document: OpenApi;
  beforeAll(async () => {
    server = await CortexProcess.start();
    document = (await (await fetch(`${server.url}/openapi.json`)).json()) as OpenApi;
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it('lets nothing but the short public list answer without a key', async () => {
    const operations = Object.entries(document.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => ({ path, method: method.toUpperCase() })));
    expect(operations.length).toBeGreaterThan(25);
    for (const { path, method } of operations) {
      const response = await fetch(`${server.url}${path.replace(/\{[^}]+\}/g, 'x')}`, { method });
      expect({ path, method, open: response.status !== 401 }).toEqual({ path, method, open: PUBLIC.includes(path) });
    }
  });

  it('serves the documentation page without a key and without another host', async () => {
    const page = await (await fetch(`${server.url}/docs`)).text();
    expect(page).toMatch(/swagger/i);
    expect(page).not.toMatch(/(src|href)="https?:\/\//);
  });

  it.each(['/metrics', '/health', '/nothing', '/v1/nothing', '/health/live/../../metrics'])('asks for a key at %s', async (path) => {
    expect((await fetch(`${server.url}${path}`)).status).toBe(401);
  });

  it('takes no key from a query', async () => {
    expect((await fetch(`${server.url}/v1/models?api_key=${await server.key()}&key=${await server.key()}`)).status).toBe(401);
  });

  it('shows health and metrics to those who may', async () => {
    const headers = await server.headers();
    const health = (await (await fetch(`${server.url}/health`, { headers })).json()) as { status: string };
    expect(health.status).toBe('ok');
    await fetch(`${server.url}/v1/embeddings`, { method: 'POST', headers, body: JSON.stringify({ model: 'cortex-embed-small', input: 'count me' }) });
    const metrics = await (await fetch(`${server.url}/metrics`, { headers })).text();
    for (const name of ['cortex_inference_duration_seconds_bucket', 'cortex_inference_requests_total', 'cortex_batch_rows_bucket', 'cortex_admission_total', 'cortex_http_request_duration_seconds_bucket', 'cortex_memory_bytes', 'cortex_event_loop_lag_seconds', 'cortex_model_loads_total', 'cortex_queue_depth', 'cortex_cache_bytes']) {
      expect(metrics).toContain(name);
    }
    expect(metrics).not.toContain('count me');
  });
});
