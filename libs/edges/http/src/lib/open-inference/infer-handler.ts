import { Injectable } from '@nestjs/common';
import { isBatchable, joinFloats, validateInputs, type Signature, type TensorMap, type TensorWork } from '@cortex/inference';
import type { RequestContext } from '@cortex/kernel';
import { ModelRegistry, type ModelVersion, type ResolvedModel } from '@cortex/model-registry';
import { Orchestrator, type InferenceResult, type ServedModel } from '@cortex/orchestrator';
import { bringsArrow, wantsArrow } from '../arrow/arrow-content';
import { ArrowRows } from '../arrow/arrow-rows';
import { truncationHeader, Content } from '../content';
import type { Call } from '../route';
import { RowLimit } from '../row-limit';
import { arrowAnswer, inferRequestOf } from './infer-arrow';
import { readInferRequest, type InferRequest } from './infer-request';
import { inferAnswer, wantedOutputs } from './infer-response';
import type { InferQuery } from './infer-schemas';
import { referenceOf } from './model-reference';
import { bringsText, TextInference, textOutputsOf } from './text-inference';

const NO_BYTES = Buffer.alloc(0);

/** POST …/infer, readable top to bottom. */
@Injectable()
export class InferHandler {
  constructor(
    private readonly registry: ModelRegistry,
    private readonly orchestrator: Orchestrator,
    private readonly text: TextInference,
    private readonly limit: RowLimit,
    private readonly rows: ArrowRows,
  ) {}

  async infer(call: Call<unknown, InferQuery>): Promise<Content> {
    const request = this.#read(call);
    const reference = referenceOf(call.params);
    const model = await this.registry.resolve(reference, call.context);
    if (bringsText(request.envelope, model.version)) return this.#inferText(call, request, { reference, version: model.version });

    const run = (routed: ResolvedModel, context: RequestContext) => this.#inferTensors(request, routed, context);
    const result = await this.orchestrator.route(model, { run, numbersOf: ({ output }) => numbersOf(output.outputs) }, call.context);
    return answerOf(call)(request, result.model, result.output.outputs);
  }

  #read({ bytes, headers, query }: Call<unknown, InferQuery>): InferRequest {
    return bringsArrow(headers) ? inferRequestOf(this.rows.tensors(bytes ?? NO_BYTES, query), query) : readInferRequest(bytes, headers);
  }

  async #inferTensors(request: InferRequest, model: ResolvedModel, context: RequestContext): Promise<InferenceResult<TensorWork>> {
    const { signature } = await this.orchestrator.describe(model, context);
    const inputs = this.#inputs(request, signature);
    const outputs = wantedOutputs(request.envelope, signature.outputs);
    return this.orchestrator.infer({ model, work: { kind: 'tensors', inputs, outputs } }, context);
  }

  #inputs(request: InferRequest, signature: Signature): TensorMap {
    const inputs = request.tensors();
    validateInputs(signature, inputs);
    const [first] = signature.inputs;
    const rows = first && inputs[first.name]?.shape[0];
    if (rows !== undefined && rows > this.limit.rows && isBatchable(signature)) this.limit.check(first!.name, rows);
    return inputs;
  }

  async #inferText(call: Call, request: InferRequest, { reference, version }: { reference: string; version: ModelVersion }): Promise<Content> {
    wantedOutputs(request.envelope, textOutputsOf(version));
    const texts = request.tensors()['text']!;
    this.limit.check('text', texts.shape[0] ?? 1);
    const truncate = request.envelope.parameters?.truncate ?? false;
    const { model, outputs, truncated } = await this.text.infer({ reference, version, texts, truncate }, call.context);
    const { payload, type, headers } = answerOf(call)(request, model, outputs);
    return new Content(payload, type, { ...headers, ...truncationHeader(truncated) });
  }
}

function answerOf({ headers }: Call): (request: InferRequest, model: ServedModel, outputs: TensorMap) => Content {
  return wantsArrow(headers) ? arrowAnswer : ({ envelope }, model, outputs) => inferAnswer(envelope, model, outputs);
}

/** The float outputs, one after another, by which another version's answer is compared. */
function numbersOf(outputs: TensorMap): Float32Array {
  return joinFloats(Object.values(outputs).flatMap(({ data }) => (data instanceof Float32Array ? [data] : [])));
}
