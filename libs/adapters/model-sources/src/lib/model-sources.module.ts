import { ModelSources } from '@cortex/model-registry';
import { ConfigurableModuleBuilder, Global, Module } from '@nestjs/common';
import { HttpModelSources } from './http-model-sources';
import { modelSourcesOptionsSchema, type ModelSourcesOptions } from './model-sources.options';

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<ModelSourcesOptions>({ moduleName: 'ModelSources' })
  .setClassMethodName('forRoot')
  .build();

/** Offers ModelSources over HTTP everywhere: `forRoot({ allowedHosts, allowPrivate, hubUrl, hubToken })`. */
@Global()
@Module({
  providers: [{ provide: ModelSources, inject: [MODULE_OPTIONS_TOKEN], useFactory: (options: ModelSourcesOptions) => new HttpModelSources(modelSourcesOptionsSchema.parse(options)) }],
  exports: [ModelSources],
})
export class ModelSourcesModule extends ConfigurableModuleClass {}
