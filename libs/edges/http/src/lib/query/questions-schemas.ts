import { z } from 'zod';
import { named } from '../named';
import { model, MOST_QUERY } from './collections-schemas';
import { document } from './documents-schemas';

const MOST_MESSAGES = 50;
const share = z.number().min(0).max(1);

const wanted = {
  mode: z.enum(['hybrid', 'vector', 'words']).default('hybrid'),
  limit: z.int().min(1).max(200).default(10),
  filter: z.unknown().optional().meta({ type: 'object', description: 'On metadata: { year: { $gte: 2020 }, $or: [...] }; $eq $ne $gt $gte $lt $lte $in $nin $exists $and $or $not' }),
  weights: z.strictObject({ vector: share, words: share }).optional().describe('Shares of the rankings in a hybrid score'),
  rerank: z.strictObject({ model: model.optional(), candidates: z.int().min(1).max(200).optional() }).optional().describe('A cross-encoder reads the best passages with the query'),
  diversity: share.optional().describe('Up to 1: what is unlike the passages before it goes first'),
  language: z.string().regex(/^[a-z]{2,3}$/, 'expected ISO 639-1, such as en').optional(),
  explain: z.boolean().default(false),
};
export const searchRequest = named('SearchRequest', z.strictObject({ query: z.string().min(1).max(MOST_QUERY), ...wanted }));
export type SearchBody = z.output<typeof searchRequest>;

const passage = z.object({
  id: z.string(),
  document: z.string(),
  title: z.string().optional(),
  metadata: z.record(z.string(), z.unknown()),
  pages: z.array(z.int()).optional().describe('The page on which it begins, and those that begin within it'),
  start: z.int().describe("UTF-16 units of the document's text"),
  end: z.int(),
  headings: z.array(z.string()),
  text: z.string(),
  score: z.number().describe('Higher is better; comparable within one answer only'),
  relevance: z.number().optional().describe("The cross-encoder's, 0..1"),
  parts: z.record(z.string(), z.object({ rank: z.int(), score: z.number() })).describe('By vector (cosine) and by words (BM25)'),
});
export type PassageAnswer = z.output<typeof passage>;
const explanation = z.object({
  mode: z.string(), language: z.string().optional(), scanned: z.record(z.string(), z.int()), candidates: z.int(), reranker: z.string().optional(),
  timings: z.record(z.string(), z.number()).describe('Milliseconds by stage'),
});
const search = z.object({
  passages: z.array(passage), requested: z.int(), returned: z.int(), exact: z.boolean().describe('Each ranking saw every passage that the filter lets through'),
  model: z.string().optional(), weights: z.record(z.string(), z.number()).optional(), explanation: explanation.optional(),
});
export const searchAnswer = named('SearchAnswer', search);

export const questionRequest = named('QuestionRequest', z.strictObject({
  collection: z.string().min(1).max(200),
  question: z.string().min(1).max(MOST_QUERY),
  history: z.array(z.strictObject({ role: z.enum(['user', 'assistant']), content: z.string().max(MOST_QUERY) })).max(MOST_MESSAGES).optional().describe('The oldest first'),
  by: z.string().max(200).optional().describe('Who writes the answer: extractive, or a model that is configured. Default the first of these, extractive without any'),
  plan: z.enum(['search', 'answer']).optional().describe('Default as the question looks'),
  stream: z.boolean().default(false).describe('Events as they come: plan, question, documents, passages, text, citation, answer; error is the last one where something fails'),
  ...wanted,
}));
export type QuestionBody = z.output<typeof questionRequest>;

const citation = z.object({ document: z.string(), title: z.string().optional(), passage: z.string(), page: z.int().optional(), start: z.int(), end: z.int(), quote: z.string() });
const answer = z.object({
  text: z.string().describe('[1] stands behind what the first citation supports; empty where the question cannot be answered'),
  citations: z.array(citation), answerable: z.boolean(), confidence: z.number(), by: z.string().describe('extractive, or the model'), dropped: z.int().describe('Quotes that stand in no passage'),
});
const plan = z.looseObject({ kind: z.enum(['lookup', 'search', 'compare', 'answer']), because: z.string() });
export const questionAnswer = named('QuestionAnswer', z.object({
  plan, answer: answer.optional(), answers: z.array(answer.extend({ question: z.string() })).optional().describe("Of a comparison's questions"),
  search: search.optional(), documents: z.array(document).optional(),
}));
export type QuestionAnswer = z.output<typeof questionAnswer>;
