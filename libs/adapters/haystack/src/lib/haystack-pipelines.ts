import type { RequestContext } from '@cortex/kernel';
import { ExternalPipelines, UnknownPipelineError } from '@cortex/query';
import { z } from 'zod';
import { HaystackAnswerError, HaystackRefusedError } from './haystack.errors';
import type { HaystackSettings } from './haystack.options';
import type { HaystackServer } from './haystack-server';

const statusSchema = z.object({ pipelines: z.array(z.string()) });
const runSchema = z.object({ result: z.unknown() });
/** A name is a part of a path. */
const NAME = /^[\w-]{1,64}$/;
const NOT_FOUND = 404;

/** The pipelines of a Hayhooks server: those that the settings allow, and that are deployed there. */
export class HaystackPipelines extends ExternalPipelines {
  constructor(private readonly server: HaystackServer, private readonly allowed: HaystackSettings['pipelines']) {
    super();
  }

  async list(context: RequestContext): Promise<readonly string[]> {
    const status = statusSchema.safeParse(await this.server.json('status', undefined, context));
    if (!status.success) throw new HaystackAnswerError('Haystack does not say which pipelines it has');
    return status.data.pipelines.filter((name) => this.#mayRun(name)).sort();
  }

  async run(name: string, inputs: Readonly<Record<string, unknown>>, context: RequestContext): Promise<unknown> {
    if (!this.#mayRun(name)) throw new UnknownPipelineError(name);
    try {
      const answer = runSchema.safeParse(await this.server.json(`${name}/run`, inputs, context));
      if (answer.success) return answer.data.result;
    } catch (error) {
      throw error instanceof HaystackRefusedError && error.status === NOT_FOUND ? new UnknownPipelineError(name) : error;
    }
    throw new HaystackAnswerError('Haystack sent no result');
  }

  #mayRun(name: string): boolean {
    return this.allowed ? this.allowed.includes(name) : NAME.test(name);
  }
}
