import { z } from 'zod';
import { MOST_CHARACTERS } from './pipeline/pipeline';

export const nlpOptionsSchema = z.object({
  /** UTF-16 units of all texts of one call; more is refused with TextsTooLargeError. */
  maxCharacters: z.int().positive().default(MOST_CHARACTERS),
  /** What `analyze` does where nobody says. */
  defaultSteps: z.array(z.string().min(1)).min(1).default(['language', 'sentences', 'tokens', 'entities', 'sentiment', 'pii']),
  /** Pipelines that are kept compiled, and lists of steps. */
  compiledPipelines: z.int().positive().default(64),
});
export type NlpOptions = z.input<typeof nlpOptionsSchema>;
