import { ModelRuntime } from '@cortex/inference';
import { Test } from '@nestjs/testing';
import { OnnxModelRuntime } from './onnx-model-runtime';
import { OnnxModule } from './onnx.module';

describe('OnnxModule', () => {
  it('offers the runtime under its port and closes it with the app', async () => {
    const app = await Test.createTestingModule({ imports: [OnnxModule.forRoot({ threads: 1 })] }).compile();
    const runtime = app.get(ModelRuntime);
    const close = jest.spyOn(runtime, 'close');
    expect(runtime).toBeInstanceOf(OnnxModelRuntime);
    await app.close();
    expect(close).toHaveBeenCalledTimes(1);
  });

  it('refuses options that make no sense', async () => {
    await expect(Test.createTestingModule({ imports: [OnnxModule.forRoot({ threads: 0 })] }).compile()).rejects.toThrow('threads');
  });
});
