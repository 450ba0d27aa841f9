import { throwIfLeft, type RequestContext } from '@cortex/kernel';
import { UnknownPipelineError } from '../query.errors';
import { ExternalPipelines } from './external-pipelines.port';

type Run = (inputs: Readonly<Record<string, unknown>>) => unknown;

/** Pipelines that are functions, for tests. */
export class MemoryExternalPipelines extends ExternalPipelines {
  readonly #pipelines: ReadonlyMap<string, Run>;

  constructor(pipelines: Readonly<Record<string, Run>>) {
    super();
    this.#pipelines = new Map(Object.entries(pipelines));
  }

  async list(context: RequestContext): Promise<readonly string[]> {
    throwIfLeft(context);
    return [...this.#pipelines.keys()].sort();
  }

  async run(name: string, inputs: Readonly<Record<string, unknown>>, context: RequestContext): Promise<unknown> {
    throwIfLeft(context);
    const run = this.#pipelines.get(name);
    if (!run) throw new UnknownPipelineError(name);
    return run(inputs);
  }
}
