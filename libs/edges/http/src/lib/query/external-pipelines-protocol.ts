import { ExternalPipelines } from '@cortex/query';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { z } from 'zod';
import { HaystackNotConfiguredError } from '../http.errors';
import { named } from '../named';
import { Protocol, route, type Answer, type Call, type Route } from '../route';

const pipelines = named('HaystackPipelines', z.object({ pipelines: z.array(z.object({ name: z.string() })) }));
const inputs = named('HaystackRunRequest', z.record(z.string(), z.unknown()).describe('As the pipeline takes them'));
const result = named('HaystackResult', z.object({ pipeline: z.string(), result: z.unknown().describe('As the pipeline gives it') }));
type Inputs = z.output<typeof inputs>;

/** Pipelines of a Haystack server: what there is, and what one makes of its inputs. */
@Injectable()
export class ExternalPipelinesProtocol extends Protocol {
  readonly name = 'Haystack';

  constructor(@Optional() @Inject(ExternalPipelines) private readonly pipelines?: ExternalPipelines) {
    super();
  }

  routes(): readonly Route[] {
    const url = '/v1/haystack/pipelines';
    return [
      route({ method: 'GET', url, scope: 'infer', summary: 'Pipelines of the Haystack server that may be run', response: pipelines, example: { status: 404 }, handle: (call) => this.#list(call) }),
      route<Inputs>({
        method: 'POST', url: `${url}/:name/run`, scope: 'infer', summary: 'Runs a pipeline of the Haystack server', body: inputs, response: result,
        example: { params: { name: 'find' }, status: 404, body: { query: 'Who wrote the first program?' } }, handle: (call) => this.#run(call),
      }),
    ];
  }

  async #list({ context }: Call): Promise<Answer> {
    return { pipelines: (await this.#there().list(context)).map((name) => ({ name })) };
  }

  async #run({ params: { name = '' }, body, context }: Call<Inputs>): Promise<Answer> {
    return { pipeline: name, result: await this.#there().run(name, body, context) };
  }

  #there(): ExternalPipelines {
    if (!this.pipelines) throw new HaystackNotConfiguredError('there is no Haystack server here: HAYSTACK_HOST is not set');
    return this.pipelines;
  }
}
