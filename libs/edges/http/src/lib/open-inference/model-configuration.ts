import { isBatchable, type TensorSpec } from '@cortex/inference';
import type { LoadedModel } from '@cortex/orchestrator';
import { z } from 'zod';
import { named } from '../named';
import { DATATYPES, datatypeOf } from './datatype';
import { backendOf } from './metadata';

const TYPES = DATATYPES.map((datatype) => (datatype === 'BYTES' ? ('TYPE_STRING' as const) : (`TYPE_${datatype}` as const)));

const tensorConfiguration = named('TensorConfiguration', z.object({
  name: z.string(),
  data_type: z.enum(TYPES),
  dims: z.array(z.int()).describe('-1 where the size is free; without the batch axis where max_batch_size is above 0'),
  reshape: z.object({ shape: z.array(z.int()) }).optional().describe('The shape itself where dims may not say it: Triton allows no empty dims'),
}));

export const modelConfiguration = named('ModelConfiguration', z.object({
  name: z.string(),
  platform: z.string(),
  backend: z.string(),
  version_policy: z.object({ all: z.object({}) }).describe('Every version answers'),
  max_batch_size: z.int().describe('Rows of one batch, 0 where the graph has no batch axis; a request may bring more and is split'),
  input: z.array(tensorConfiguration),
  output: z.array(tensorConfiguration),
  dynamic_batching: z.object({}).optional().describe('There when requests may share a batch'),
}));

/** A loaded model in the words of Triton's model configuration extension (ModelConfig of model_config.proto, as JSON). */
export function configurationOf({ name, signature, source, maxBatchRows }: LoadedModel): z.output<typeof modelConfiguration> {
  const sharesBatches = isBatchable(signature);
  const describe = (tensor: TensorSpec) => describeTensor(tensor, sharesBatches ? 1 : 0);
  return {
    name,
    ...backendOf(source),
    version_policy: { all: {} },
    max_batch_size: sharesBatches ? maxBatchRows : 0,
    input: signature.inputs.map(describe),
    output: signature.outputs.map(describe),
    ...(sharesBatches && { dynamic_batching: {} }),
  };
}

function describeTensor({ name, dtype, axes }: TensorSpec, batchAxes: number): z.output<typeof tensorConfiguration> {
  const datatype = datatypeOf(dtype);
  const dims = axes.slice(batchAxes).map((axis) => (typeof axis === 'number' ? axis : -1));
  const shape = dims.length > 0 ? { dims } : { dims: [1], reshape: { shape: [] } };
  return { name, data_type: datatype === 'BYTES' ? 'TYPE_STRING' : `TYPE_${datatype}`, ...shape };
}
