import type { Tensor, TensorWork } from '@cortex/inference';
import { OnnxModelRuntime } from '../lib/onnx-model-runtime';
import type { OnnxOptions } from '../lib/onnx.options';
import { ModelFolder } from './artifacts';

/** A folder of models, and runtimes of two threads over it. */
export class RuntimesUnderTest implements AsyncDisposable {
  readonly #runtimes: OnnxModelRuntime[] = [];

  private constructor(readonly folder: ModelFolder) {}

  static async make(): Promise<RuntimesUnderTest> {
    return new RuntimesUnderTest(await ModelFolder.make());
  }

  make(options: OnnxOptions = {}): OnnxModelRuntime {
    const runtime = new OnnxModelRuntime({ threads: 2, nice: 0, ...options });
    this.#runtimes.push(runtime);
    return runtime;
  }

  /** Closes those that were made, for a test that follows. */
  async close(): Promise<void> {
    await Promise.all(this.#runtimes.splice(0).map((runtime) => runtime.close()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
    await this.folder[Symbol.asyncDispose]();
  }
}

/** A graph with one input. */
export function given(x: Tensor, outputs?: string[]): TensorWork {
  return { kind: 'tensors', inputs: { x }, ...(outputs && { outputs }) };
}
