import { SystemClock, Telemetry, type Metric } from '@cortex/kernel';
import { ResourceProbe } from '@cortex/resource-governor';
import { ConfigurableModuleBuilder, Global, Module, type FactoryProvider, type OnApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import { Registry } from 'prom-client';
import { HealthBoard } from './health/health-board';
import { HealthController } from './health/health.controller';
import { HealthIndicators } from './health/health.indicators';
import { Readiness } from './health/readiness';
import { CortexLogger } from './log/cortex-logger';
import { MetricsController } from './metrics/metrics.controller';
import { MetricsModule } from './metrics/metrics.module';
import { ResourceUse } from './metrics/resource-use';
import { monitoringOptionsSchema, type MonitoringOptions } from './monitoring.options';

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN: MONITORING_OPTIONS } = new ConfigurableModuleBuilder<MonitoringOptions>({ moduleName: 'Monitoring' })
  .setClassMethodName('forRoot')
  .build();

const metricsRoute = PrometheusModule.registerAsync({
  imports: [MetricsModule],
  controller: MetricsController,
  inject: [Registry],
  useFactory: (registry) => ({ defaultMetrics: { enabled: true, config: { register: registry as Registry } } }),
});

const READY = { name: 'cortex_ready', help: '1 while new work should be sent here, 0 while it warms up or drains.', labels: [] } as const satisfies Metric;

const readiness: FactoryProvider<Readiness> = {
  provide: Readiness,
  inject: [Telemetry],
  useFactory: (telemetry: Telemetry) => {
    const state = new Readiness();
    telemetry.gauge(READY, {}, () => (state.state === 'ready' ? 1 : 0));
    return state;
  },
};

const resourceUse: FactoryProvider<ResourceUse> = {
  provide: ResourceUse,
  inject: [Telemetry, { token: ResourceProbe, optional: true }],
  useFactory: (telemetry: Telemetry, probe?: ResourceProbe) => new ResourceUse(telemetry, new SystemClock(), probe),
};

/** Routes `/health…` and `/metrics`; provides Telemetry, HealthBoard, Readiness and CortexLogger to every module. */
@Global()
@Module({
  imports: [MetricsModule, metricsRoute, TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
  providers: [
    HealthIndicators,
    readiness,
    { provide: HealthBoard, useFactory: (telemetry: Telemetry) => new HealthBoard(telemetry), inject: [Telemetry] },
    resourceUse,
    { provide: CortexLogger, useFactory: (options: MonitoringOptions) => CortexLogger.open(monitoringOptionsSchema.parse(options).log), inject: [MONITORING_OPTIONS] },
  ],
  exports: [MetricsModule, HealthBoard, Readiness, ResourceUse, CortexLogger],
})
export class MonitoringModule extends ConfigurableModuleClass implements OnModuleDestroy, OnApplicationShutdown {
  constructor(private readonly readiness: Readiness, private readonly use: ResourceUse, private readonly logger: CortexLogger) {
    super();
  }

  /** The first step of a shutdown: no new work, while what was accepted finishes. */
  onModuleDestroy(): void {
    this.readiness.drain();
  }

  /** The last one. */
  async onApplicationShutdown(): Promise<void> {
    this.use[Symbol.dispose]();
    await this.logger.close();
  }
}
