import type { TokenRuler } from '@cortex/text-models';
import type { ChunkSizes } from '../chunking/chunker';

/** Room for the title and headings that are embedded before a passage. */
const ABOVE = 32;

/** As wanted, but no more than the model reads at once. */
export function chunkSizesFor({ minTokens, maxTokens }: ChunkSizes, { maxTokens: read }: TokenRuler): ChunkSizes {
  const most = Math.max(16, Math.min(maxTokens, read - ABOVE));
  return { minTokens: Math.min(minTokens, most >> 1), maxTokens: most };
}
