import { ModelRuntime } from '@cortex/inference';
import { Clock, SilentTelemetry, SystemClock, Telemetry } from '@cortex/kernel';
import { ModelRegistry } from '@cortex/model-registry';
import { Governor, Residency } from '@cortex/resource-governor';
import { ConfigurableModuleBuilder, Global, Module, type FactoryProvider } from '@nestjs/common';
import { MemoryResultCache } from './memory-result-cache';
import { Orchestrator } from './orchestrator';
import { orchestratorOptionsSchema, type OrchestratorOptions } from './orchestrator.options';
import { ResultCache } from './result-cache.port';
import { RolloutObserver, SilentRolloutObserver } from './rollout-observer.port';

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<OrchestratorOptions>({ moduleName: 'Orchestrator' })
  .setClassMethodName('forRoot')
  .build();

const resultCache: FactoryProvider<ResultCache> = {
  provide: ResultCache,
  inject: [MODULE_OPTIONS_TOKEN, { token: Telemetry, optional: true }],
  useFactory: (options: OrchestratorOptions, telemetry: Telemetry = new SilentTelemetry()) =>
    new MemoryResultCache({ maxBytes: orchestratorOptionsSchema.parse(options).cacheBytes }, telemetry),
};

type Injected = [OrchestratorOptions, ModelRegistry, ModelRuntime, Governor, Residency, ResultCache, RolloutObserver | undefined, Clock | undefined, Telemetry | undefined];

const orchestrator: FactoryProvider<Orchestrator> = {
  provide: Orchestrator,
  inject: [
    MODULE_OPTIONS_TOKEN, ModelRegistry, ModelRuntime, Governor, Residency, ResultCache,
    { token: RolloutObserver, optional: true }, { token: Clock, optional: true }, { token: Telemetry, optional: true },
  ],
  useFactory: (...[options, registry, runtime, governor, residency, cache, rollouts, clock, telemetry]: Injected) => {
    const { keepAliveMs, sharesCache, derivesVariants } = orchestratorOptionsSchema.parse(options);
    const observed = { rollouts: rollouts ?? new SilentRolloutObserver(), clock: clock ?? new SystemClock(), telemetry: telemetry ?? new SilentTelemetry() };
    return new Orchestrator({ registry, runtime, governor, residency, cache, keepAliveMs, sharesCache, derivesVariants, ...observed });
  },
};

/** Offers the Orchestrator everywhere. Beside it stand ModelRegistryModule, ResourceGovernorModule and a runtime such as OnnxModule. */
@Global()
@Module({ providers: [resultCache, orchestrator], exports: [Orchestrator, ResultCache] })
export class OrchestratorModule extends ConfigurableModuleClass {}
