import { z } from 'zod';
import { tensorColumnsQuery } from '../arrow/arrow-rows';
import { named } from '../named';
import { DATATYPES } from './datatype';

const shape = z.array(z.int().nonnegative()).max(16);
const data = z.unknown().meta({ type: 'array', items: {}, description: 'Elements in row-major order, flat or nested as the shape says' });

const requestInput = z.object({
  name: z.string().min(1),
  shape,
  datatype: z.enum(DATATYPES),
  data: data.optional(),
  parameters: z.object({ binary_data_size: z.int().nonnegative().optional(), shared_memory_region: z.string().optional() }).optional(),
});
export type InferInput = z.output<typeof requestInput>;

const requestOutput = z.object({
  name: z.string().min(1),
  parameters: z.object({ binary_data: z.boolean().optional(), classification: z.int().optional(), shared_memory_region: z.string().optional() }).optional(),
});
export type InferOutput = z.output<typeof requestOutput>;

/** `truncate` is ours: whether a text longer than the model is cut (default: refused). Other parameters are ignored. */
export const inferRequest = named('InferRequest', z.object({
  id: z.string().max(1_024).optional(),
  inputs: z.array(requestInput).min(1).max(1_024),
  outputs: z.array(requestOutput).max(1_024).optional(),
  parameters: z.object({ binary_data_output: z.boolean().optional(), truncate: z.boolean().optional() }).optional(),
}));
export type InferEnvelope = z.output<typeof inferRequest>;

/** What a body in Arrow leaves to the address. */
export const inferQuery = z.object({ ...tensorColumnsQuery, truncate: z.stringbool().optional().describe('In Arrow: whether a text longer than the model is cut') });
export type InferQuery = z.output<typeof inferQuery>;

export const inferResponse = named('InferResponse', z.object({
  model_name: z.string(),
  model_version: z.string(),
  id: z.string().optional(),
  outputs: z.array(z.object({
    name: z.string(),
    datatype: z.enum(DATATYPES),
    shape,
    data: data.optional(),
    parameters: z.object({ binary_data_size: z.int().nonnegative() }).optional(),
  })),
}));
