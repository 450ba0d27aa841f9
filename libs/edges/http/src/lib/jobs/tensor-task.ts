import { BadRowError, RowFaultError, RowTask, type Answers, type Asked } from '@cortex/batch-inference';
import { validateInputs, type TensorMap } from '@cortex/inference';
import { CortexError, type RequestContext } from '@cortex/kernel';
import type { Orchestrator } from '@cortex/orchestrator';
import { z } from 'zod';
import { inferRequestIn } from '../open-inference/infer-request';
import { outputsJson, wantedOutputs } from '../open-inference/infer-response';
import type { InferEnvelope } from '../open-inference/infer-schemas';

interface Question {
  readonly envelope: InferEnvelope;
  readonly tensors: TensorMap;
}

/** Any graph as it is: a row's `inputs` (and `outputs`, where not all are wanted) as Open Inference has them in JSON, its outputs likewise. */
export class TensorTask extends RowTask<Question> {
  readonly form = { name: 'tensor', models: ['tensor', 'embed', 'rerank', 'classify', 'token-classify', 'generate'], fields: ['inputs', 'outputs'], parameters: z.strictObject({}), rowsAtOnce: 16 } as const;

  constructor(private readonly orchestrator: Pick<Orchestrator, 'describe' | 'infer'>) {
    super();
  }

  read({ inputs, outputs }: Readonly<Record<string, unknown>>): Question {
    if (inputs === undefined) throw new BadRowError('inputs: expected a list of tensors, got nothing');
    const request = inferRequestIn({ inputs, ...(outputs !== undefined && { outputs }) });
    return { envelope: request.envelope, tensors: request.tensors() };
  }

  async columns({ model: reference }: Asked, context: RequestContext) {
    const model = await this.orchestrator.describe(reference, context);
    return { model, columns: [{ name: 'outputs', type: 'json' }] as const };
  }

  async answer(questions: readonly Question[], { model: reference }: Asked, context: RequestContext): Promise<Answers> {
    const { signature, ...model } = await this.orchestrator.describe(reference, context);
    const answers = questions.map(async ({ envelope, tensors }, index) => {
      try {
        validateInputs(signature, tensors);
        const work = { kind: 'tensors', inputs: tensors, outputs: wantedOutputs(envelope, signature.outputs) } as const;
        const { output } = await this.orchestrator.infer({ model: reference, work }, context);
        return [outputsJson(envelope, output.outputs)];
      } catch (error) {
        throw blamed(error, index);
      }
    });
    return { model, rows: await Promise.all(answers) };
  }
}

/** What is wrong with one row's tensors is said of that row; the rest is nobody's fault here. */
function blamed(error: unknown, index: number): unknown {
  const isOfRow = error instanceof CortexError && (error.kind === 'invalid' || error.kind === 'unprocessable');
  return isOfRow ? new RowFaultError(index, error, { cause: error }) : error;
}
