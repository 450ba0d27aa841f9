import { z } from 'zod';
import { named } from '../named';

const DOCUMENTS = 'Strings, or objects whose `text` is ranked';
const documents = z.array(z.union([z.string(), z.object({ text: z.string() })], { error: () => 'expected string or {text}' })).min(1).describe(DOCUMENTS);
const common = { model: z.string().min(1).optional(), query: z.string(), documents, top_n: z.int().positive().nullish() };

/** Source: Jina's reranker API. Long documents are cut, as there. */
export const jinaRerankRequest = named('RerankRequest', z.object({ ...common, return_documents: z.boolean().default(true) }));
export const jinaRerankResponse = named('RerankResponse', z.object({
  model: z.string(),
  results: z.array(z.object({ index: z.int(), relevance_score: z.number(), document: z.object({ text: z.string() }).optional() })),
  usage: z.object({ total_tokens: z.int(), prompt_tokens: z.int() }),
  scoring: z.enum(['cross-encoder', 'similarity']).describe('similarity: an embedding model answered, the score is a cosine'),
}));

/** Source: Cohere's API v2, "Rerank". Long documents are cut, as there. */
export const cohereRerankRequest = named('CohereRerankRequest', z.object({ ...common, max_tokens_per_doc: z.int().positive().nullish() }));
export const cohereRerankResponse = named('CohereRerankResponse', z.object({
  id: z.string(),
  results: z.array(z.object({ index: z.int(), relevance_score: z.number() })),
  meta: z.object({ api_version: z.object({ version: z.string() }), billed_units: z.object({ search_units: z.int() }) }),
  scoring: z.enum(['cross-encoder', 'similarity']),
}));

export type JinaRerankRequest = z.output<typeof jinaRerankRequest>;
export type CohereRerankRequest = z.output<typeof cohereRerankRequest>;
export type Document = JinaRerankRequest['documents'][number];
