import { ConfigurableModuleBuilder, Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { ModelRuntime } from '@cortex/inference';
import { OnnxModelRuntime } from './onnx-model-runtime';
import type { OnnxOptions } from './onnx.options';

/** `ONNX_OPTIONS` is the token under which the module's options can be injected. */
export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN: ONNX_OPTIONS } = new ConfigurableModuleBuilder<OnnxOptions>({ moduleName: 'Onnx' })
  .setClassMethodName('forRoot')
  .build();

/** Offers ONNX Runtime as the ModelRuntime everywhere. It is closed after the server, so that accepted work can finish. */
@Global()
@Module({
  providers: [{ provide: ModelRuntime, inject: [ONNX_OPTIONS], useFactory: (options: OnnxOptions) => new OnnxModelRuntime(options) }],
  exports: [ModelRuntime],
})
export class OnnxModule extends ConfigurableModuleClass implements OnApplicationShutdown {
  constructor(@Inject(ModelRuntime) private readonly runtime: ModelRuntime) {
    super();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.runtime.close();
  }
}
