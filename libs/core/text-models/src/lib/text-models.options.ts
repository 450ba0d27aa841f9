import { z } from 'zod';

export const textModelsOptionsSchema = z.object({
  /** Tokenizers kept open; one takes 10 to 50 MB of heap with its cache of words. */
  tokenizers: z.int().positive().default(16),
});
export type TextModelsOptions = z.input<typeof textModelsOptionsSchema>;
