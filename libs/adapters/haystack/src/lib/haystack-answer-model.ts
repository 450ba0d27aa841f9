import type { RequestContext } from '@cortex/kernel';
import { AnswerModel, type ChatMessage } from '@cortex/query';
import { z } from 'zod';
import { HaystackAnswerError } from './haystack.errors';
import type { HaystackServer } from './haystack-server';
import { serverSent } from './server-sent';

const eventSchema = z.object({
  choices: z.array(z.object({ delta: z.object({ content: z.string().nullish() }).optional(), finish_reason: z.string().nullish() })),
});

/** Answers written by a Haystack pipeline. A stream that ends without saying so is an error, not a short answer. */
export class HaystackAnswerModel extends AnswerModel {
  readonly name: string;

  constructor(private readonly server: HaystackServer, private readonly pipeline: string) {
    super();
    this.name = `haystack:${pipeline}`;
  }

  async *write(messages: readonly ChatMessage[], context: RequestContext): AsyncGenerator<string> {
    const body = { model: this.pipeline, messages, stream: true };
    for await (const data of serverSent(await this.server.stream('chat/completions', body, context))) {
      if (data === '[DONE]') return;
      const [choice] = eventOf(data).choices;
      if (choice?.delta?.content) yield choice.delta.content;
      if (choice?.finish_reason) return;
    }
    throw new HaystackAnswerError('Haystack ended its answer midway');
  }
}

function eventOf(data: string): z.output<typeof eventSchema> {
  try {
    return eventSchema.parse(JSON.parse(data));
  } catch {
    throw new HaystackAnswerError('Haystack sent an event that is no part of a completion');
  }
}
