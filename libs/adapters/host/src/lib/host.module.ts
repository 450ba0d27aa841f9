import { Clock } from '@cortex/kernel';
import { ResourceProbe } from '@cortex/resource-governor';
import { ConfigurableModuleBuilder, Global, Module, type FactoryProvider, type OnApplicationShutdown } from '@nestjs/common';
import { HostResourceProbe } from './host-resource-probe';
import type { HostOptions } from './host.options';

/** `HOST_OPTIONS` is the token under which the module's options can be injected. */
export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN: HOST_OPTIONS } = new ConfigurableModuleBuilder<HostOptions>({ moduleName: 'Host' })
  .setClassMethodName('forRoot')
  .build();

const probe: FactoryProvider<HostResourceProbe> = {
  provide: HostResourceProbe,
  inject: [HOST_OPTIONS, { token: Clock, optional: true }],
  useFactory: (options: HostOptions, clock?: Clock) => new HostResourceProbe(options, clock),
};

/** Offers the machine as the ResourceProbe everywhere. The Clock is taken from the application where it offers one. */
@Global()
@Module({ providers: [probe, { provide: ResourceProbe, useExisting: HostResourceProbe }], exports: [ResourceProbe] })
export class HostModule extends ConfigurableModuleClass implements OnApplicationShutdown {
  constructor(private readonly probe: HostResourceProbe) {
    super();
  }

  onApplicationShutdown(): void {
    this.probe[Symbol.dispose]();
  }
}
