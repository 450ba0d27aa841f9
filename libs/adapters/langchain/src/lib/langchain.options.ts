import { z } from 'zod';

/** Which language model writes answers, and how long and how much of one is waited for. */
export const langchainOptionsSchema = z.object({
  /** `provider:model` as LangChain names them: `openai:gpt-4o-mini`. The provider's package must be installed; OpenAI's is. */
  model: z.string().regex(/^[a-z][a-z0-9_-]{0,63}:\S{1,200}$/, 'expected provider:model, such as openai:gpt-4o-mini'),
  apiKey: z.string().optional(),
  /** Of a server that speaks the provider's protocol. Default the provider's own. */
  baseUrl: z.url({ protocol: /^https?$/, error: 'expected an http or https URL' }).optional(),
  /** The longest silence before or within an answer. */
  silenceMs: z.number().int().positive().default(30_000),
  /** The longest answer, in tokens as the model is told, and in characters as it is read. */
  maxTokens: z.number().int().positive().default(2_048),
  maxCharacters: z.number().int().positive().default(64_000),
});

/** As a user writes them; `langchainOptionsSchema` fills in what is absent. */
export type LangchainOptions = z.input<typeof langchainOptionsSchema>;
/** With every default filled in. */
export type LangchainSettings = z.output<typeof langchainOptionsSchema>;
