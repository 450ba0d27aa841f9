import type { TensorSpec } from '@cortex/inference';
import type { IndexEntry, ModelVersion } from '@cortex/model-registry';
import type { LoadedModel } from '@cortex/orchestrator';
import { z } from 'zod';
import { named } from '../named';
import { DATATYPES, datatypeOf } from './datatype';

const tensorMetadata = named('TensorMetadata', z.object({ name: z.string(), datatype: z.enum(DATATYPES), shape: z.array(z.int()).describe('-1 where the size is free') }));

export const serverMetadata = named('ServerMetadata', z.object({ name: z.string(), version: z.string(), extensions: z.array(z.string()) }));

export const modelMetadata = named('ModelMetadata', z.object({
  name: z.string(),
  versions: z.array(z.string()),
  platform: z.string(),
  inputs: z.array(tensorMetadata),
  outputs: z.array(tensorMetadata),
  version: z.string().describe('The version that this address means now'),
  variant: z.string(),
  batchInvariant: z.boolean(),
  fidelity: z.number().optional().describe('Mean cosine to the fp32 variant'),
}));

export const EXTENSIONS = ['binary_tensor_data', 'model_repository', 'model_repository(unload_dependents)', 'model_configuration', 'statistics', 'parameters'] as const;

/** A loaded model as the protocol describes it, with which version and variant answers. */
export function metadataOf(loaded: LoadedModel, index: readonly IndexEntry[]): z.output<typeof modelMetadata> {
  const { name, version, variant, batchInvariant, fidelity, signature, source } = loaded;
  return {
    name,
    versions: index.filter((entry) => entry.name === name && entry.state !== 'failed').map((entry) => entry.version),
    platform: backendOf(source).platform,
    inputs: signature.inputs.map(describeTensor),
    outputs: signature.outputs.map(describeTensor),
    version, variant, batchInvariant, fidelity,
  };
}

/** What runs it, in Triton's words where Triton has one. */
export function backendOf({ runtime }: ModelVersion): { readonly platform: string; readonly backend: string } {
  return runtime === 'onnx' ? { platform: 'onnxruntime_onnx', backend: 'onnxruntime' } : { platform: runtime, backend: runtime };
}

function describeTensor({ name, dtype, axes }: TensorSpec): z.output<typeof tensorMetadata> {
  return { name, datatype: datatypeOf(dtype), shape: axes.map((axis) => (typeof axis === 'number' ? axis : -1)) };
}
