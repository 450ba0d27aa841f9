export { OnnxModelRuntime } from './lib/onnx-model-runtime';
export { onnxOptionsSchema, type OnnxOptions } from './lib/onnx.options';
export { ONNX_OPTIONS, OnnxModule } from './lib/onnx.module';
