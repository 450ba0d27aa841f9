import { tensorStream, type TensorTable } from '@cortex/arrow';
import type { TensorMap } from '@cortex/inference';
import type { ServedModel } from '@cortex/orchestrator';
import { arrowContent, modelMetadata } from '../arrow/arrow-content';
import type { Content } from '../content';
import { InvalidRequestError } from '../http.errors';
import { datatypeOf } from './datatype';
import type { InferRequest } from './infer-request';
import { outputNames } from './infer-response';
import type { InferQuery } from './infer-schemas';

/** A table as a request: a column each is an input. @throws InvalidRequestError when it has none */
export function inferRequestOf({ tensors, ids }: TensorTable, { truncate }: InferQuery): InferRequest {
  const inputs = Object.entries(tensors).map(([name, { dtype, shape }]) => ({ name, datatype: datatypeOf(dtype), shape: [...shape] }));
  if (inputs.length === 0) throw new InvalidRequestError('inputs', 'inputs: expected at least 1 column, got none');
  return { envelope: { inputs, parameters: { truncate } }, ids, tensors: () => tensors };
}

/** The outputs as the columns of a table, beside what its rows are called. @throws ArrowShapeError */
export function arrowAnswer({ envelope, ids }: InferRequest, model: ServedModel, outputs: TensorMap): Content {
  return arrowContent(tensorStream(outputNames(envelope, outputs).map((name) => [name, outputs[name]!]), { ids, metadata: modelMetadata(model) }));
}
