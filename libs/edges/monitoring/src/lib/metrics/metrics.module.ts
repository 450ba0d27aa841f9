import { Telemetry } from '@cortex/kernel';
import { Module } from '@nestjs/common';
import { Registry } from 'prom-client';
import { PrometheusTelemetry } from './prometheus-telemetry';

/** Provides Telemetry without anything around it: no route, no logger. One registry for each application. */
@Module({
  providers: [
    { provide: Registry, useFactory: () => new Registry() },
    { provide: Telemetry, useFactory: (registry: Registry) => new PrometheusTelemetry(registry), inject: [Registry] },
  ],
  exports: [Registry, Telemetry],
})
export class MetricsModule {}
