import { Telemetry } from '@cortex/kernel';
import { ResourceProbe } from '@cortex/resource-governor';
import { FakeResourceProbe } from '@cortex/resource-governor/testing';
import { Global, Module } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { Test } from '@nestjs/testing';
import type { RouteOptions } from 'fastify';
import { HealthBoard } from './health/health-board';
import { Readiness } from './health/readiness';
import { MonitoringModule } from './monitoring.module';

describe('MonitoringModule', () => {
  let app: NestFastifyApplication;
  const routes: RouteOptions[] = [];

  beforeEach(async () => {
    app = await boot(routes);
  });
  afterEach(() => app.close());

  const get = (url: string) => app.inject({ method: 'GET', url });

  describe('GET /health/live', () => {
    it('answers before anything is ready', async () => {
      const response = await get('/health/live');
      expect(response.statusCode).toBe(200);
      expect(response.json()).toEqual({ status: 'ok' });
      expect(response.headers['cache-control']).toBe('no-store');
    });
  });

  describe('GET /health/ready', () => {
    it('is 503 with a time to come back until the warm-up is answered', async () => {
      app.get(Readiness).failed('REGISTRY.NO_DEFAULT_MODEL');
      const response = await get('/health/ready');
      expect(response.statusCode).toBe(503);
      expect(response.headers).toMatchObject({ 'retry-after': '1', 'retry-after-ms': '1000' });
      expect(response.json()).toMatchObject({ status: 'error', details: { inference: { status: 'down', state: 'warming', errorCode: 'REGISTRY.NO_DEFAULT_MODEL' } } });
    });

    it('is 200 from then on', async () => {
      app.get(Readiness).ready();
      const response = await get('/health/ready');
      expect(response.statusCode).toBe(200);
      expect(response.headers['retry-after']).toBeUndefined();
      expect(response.json()).toMatchObject({ status: 'ok', details: { inference: { status: 'up', state: 'ready' } } });
    });

    it('is 503 again once the server drains', async () => {
      app.get(Readiness).ready();
      app.get(Readiness).drain();
      expect((await get('/health/ready')).statusCode).toBe(503);
    });

    it('is also a metric, for those who alert on it', async () => {
      const metric = async () => /^cortex_ready (\d)$/m.exec((await get('/metrics')).body)?.[1];
      expect(await metric()).toBe('0');
      app.get(Readiness).ready();
      expect(await metric()).toBe('1');
      app.get(Readiness).drain();
      expect(await metric()).toBe('0');
    });
  });

  describe('GET /health', () => {
    const reportWith = async (set: (board: HealthBoard) => void) => {
      set(app.get(HealthBoard));
      const response = await get('/health');
      return { status: response.statusCode, body: response.json<Record<string, unknown>>() };
    };

    it('shows every part, the use of resources, and what was added', async () => {
      const report = await reportWith((board) => {
        board.component('pool').up();
        board.dependency('postgres').up();
        board.listener('http', '127.0.0.1:8700').up();
        board.show('models', () => [{ name: 'm', version: '1' }]);
      });

      expect(report.status).toBe(200);
      expect(report.body).toMatchObject({
        status: 'ok',
        details: { pool: { kind: 'component', state: 'up' }, postgres: { kind: 'dependency' }, http: { kind: 'listener', address: '127.0.0.1:8700', since: expect.any(String) } },
        resources: { memory: { limitBytes: 8e9 }, cpu: { cores: 2, utilization: 0.5 }, eventLoop: { lagMs: expect.any(Number) } },
        models: [{ name: 'm', version: '1' }],
      });
    });

    it('is degraded, not dead, while a dependency is down', async () => {
      const report = await reportWith((board) => board.dependency('redis').down('REDIS.UNREACHABLE'));
      expect(report).toMatchObject({ status: 200, body: { status: 'degraded', details: { redis: { state: 'down', lastError: { code: 'REDIS.UNREACHABLE' } } } } });
    });

    it('is degraded while a component starts', async () => {
      expect(await reportWith((board) => board.component('pool'))).toMatchObject({ status: 200, body: { status: 'degraded' } });
    });

    it.each(['component', 'listener'] as const)('is 503, with the whole report, while a %s is down', async (kind) => {
      const report = await reportWith((board) => board[kind]('part', '127.0.0.1:1').down('X.DOWN'));
      expect(report).toMatchObject({ status: 503, body: { status: 'error', details: { part: { state: 'down' } }, resources: { memory: {} } } });
    });
  });

  describe('GET /metrics', () => {
    it('exposes the process, Node and what others measure, in the text format', async () => {
      app.get(Telemetry).counter({ name: 'cortex_test_total', help: 'Test.', labels: [] }, {})(3);
      app.get(HealthBoard).dependency('postgres').up();
      const response = await get('/metrics');

      expect(response.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
      for (const line of [
        /^cortex_test_total 3$/m,
        /^cortex_dependency_up\{dependency="postgres"\} 1$/m,
        /^cortex_memory_bytes\{kind="resident"\} \d+$/m,
        /^cortex_cpu_utilization_ratio [\d.]+$/m,
        /^cortex_event_loop_lag_seconds [\d.e-]+$/m,
        /^nodejs_eventloop_lag_p99_seconds /m,
        /^process_resident_memory_bytes /m,
      ]) {
        expect(response.body).toMatch(line);
      }
    });

    it('does without the machine where nobody looks at it', async () => {
      const other = await boot([], []);
      const { body } = await other.inject({ method: 'GET', url: '/metrics' });
      expect(body).toMatch(/^cortex_event_loop_lag_seconds /m);
      expect(body).not.toContain('cortex_memory_bytes');
      expect((await other.inject({ method: 'GET', url: '/health' })).json()).toMatchObject({ status: 'ok', resources: { eventLoop: {} } });
      await other.close();
    });

    it('keeps two applications in one process apart', async () => {
      const other = await boot([]);
      other.get(Telemetry).counter({ name: 'cortex_other_total', help: 'Other.', labels: [] }, {})();
      expect((await get('/metrics')).body).not.toContain('cortex_other_total');
      await other.close();
    });
  });

  it('says of each route who may ask', () => {
    const scopes = Object.fromEntries(routes.filter(({ method }) => method === 'GET').map(({ url, config }) => [url, (config as { scope?: string }).scope]));
    expect(scopes).toEqual({ '/health/live': 'public', '/health/ready': 'public', '/health': 'infer', '/metrics': 'infer' });
  });

  it('drains as soon as it is told to stop', async () => {
    const readiness = app.get(Readiness);
    readiness.ready();
    await app.close();
    expect(readiness.state).toBe('draining');
  });

  it('documents each route with a named schema', () => {
    const { paths, components } = SwaggerModule.createDocument(app, new DocumentBuilder().build());
    expect(Object.keys(paths)).toEqual(expect.arrayContaining(['/health', '/health/live', '/health/ready', '/metrics']));
    expect(Object.keys(components?.schemas ?? {})).toEqual(expect.arrayContaining(['Live', 'Readiness', 'HealthReport']));
  });
});

const probe = { provide: ResourceProbe, useFactory: () => new FakeResourceProbe({ cores: 2, cpuUtilization: 0.5, residentBytes: 1e9, usedBytes: 2e9, limitBytes: 8e9 }) };

@Global()
@Module({ providers: [probe], exports: [ResourceProbe] })
class MachineModule {}

async function boot(routes: RouteOptions[], machine = [MachineModule]): Promise<NestFastifyApplication> {
  const module = await Test.createTestingModule({
    imports: [...machine, MonitoringModule.forRoot({ log: { level: 'silent' } })],
  }).compile();
  const app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), { logger: false });
  app.getHttpAdapter().getInstance().addHook('onRoute', (route) => void routes.push(route));
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  return app;
}
