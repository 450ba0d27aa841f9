import { ModelRuntime } from '@cortex/inference';
import { Clock, SilentTelemetry, SystemClock, Telemetry } from '@cortex/kernel';
import { ModelRegistry } from '@cortex/model-registry';
import { Governor } from '@cortex/resource-governor';
import { ConfigurableModuleBuilder, Global, Module, type FactoryProvider } from '@nestjs/common';
import { MemoryResultCache } from './memory-result-cache';
import { Orchestrator } from './orchestrator';
import { orchestratorOptionsSchema, type OrchestratorOptions } from './orchestrator.options';
import { ResultCache } from './result-cache.port';

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<OrchestratorOptions>({ moduleName: 'Orchestrator' })
  .setClassMethodName('forRoot')
  .build();

const resultCache: FactoryProvider<ResultCache> = {
  provide: ResultCache,
  inject: [MODULE_OPTIONS_TOKEN, { token: Telemetry, optional: true }],
  useFactory: (options: OrchestratorOptions, telemetry: Telemetry = new SilentTelemetry()) =>
    new MemoryResultCache({ maxBytes: orchestratorOptionsSchema.parse(options).cacheBytes }, telemetry),
};

const orchestrator: FactoryProvider<Orchestrator> = {
  provide: Orchestrator,
  inject: [ModelRegistry, ModelRuntime, Governor, ResultCache, { token: Clock, optional: true }, { token: Telemetry, optional: true }],
  useFactory: (registry: ModelRegistry, runtime: ModelRuntime, governor: Governor, cache: ResultCache, clock?: Clock, telemetry?: Telemetry) =>
    new Orchestrator({ registry, runtime, governor, cache, clock: clock ?? new SystemClock(), telemetry: telemetry ?? new SilentTelemetry() }),
};

/** Offers the Orchestrator everywhere. Beside it stand ModelRegistryModule, ResourceGovernorModule and a runtime such as OnnxModule. */
@Global()
@Module({ providers: [resultCache, orchestrator], exports: [Orchestrator, ResultCache] })
export class OrchestratorModule extends ConfigurableModuleClass {}
