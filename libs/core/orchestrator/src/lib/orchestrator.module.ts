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

type Injected = [OrchestratorOptions, ModelRegistry, ModelRuntime, Governor, Residency, ResultCache | undefined, RolloutObserver | undefined, Clock | undefined, Telemetry | undefined];

const orchestrator: FactoryProvider<Orchestrator> = {
  provide: Orchestrator,
  inject: [
    MODULE_OPTIONS_TOKEN, ModelRegistry, ModelRuntime, Governor, Residency, { token: ResultCache, optional: true },
    { token: RolloutObserver, optional: true }, { token: Clock, optional: true }, { token: Telemetry, optional: true },
  ],
  useFactory: (...[options, registry, runtime, governor, residency, offered, rollouts, clock, telemetry = new SilentTelemetry()]: Injected) => {
    const { cacheBytes, keepAliveMs, sharesCache, derivesVariants } = orchestratorOptionsSchema.parse(options);
    const cache = offered ?? new MemoryResultCache({ maxBytes: cacheBytes }, telemetry);
    const observed = { rollouts: rollouts ?? new SilentRolloutObserver(), clock: clock ?? new SystemClock(), telemetry };
    return new Orchestrator({ registry, runtime, governor, residency, cache, keepAliveMs, sharesCache, derivesVariants, ...observed });
  },
};

/**
 * Offers the Orchestrator everywhere. Beside it stand ModelRegistryModule, ResourceGovernorModule and a runtime such as OnnxModule.
 * A ResultCache is taken from the application where it offers one: without, vectors are kept in this process.
 */
@Global()
@Module({ providers: [orchestrator], exports: [Orchestrator] })
export class OrchestratorModule extends ConfigurableModuleClass {}
