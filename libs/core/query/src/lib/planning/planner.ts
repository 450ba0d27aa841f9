import type { MetadataSchema } from '../filters/metadata';
import { subjectsOf } from './comparison';
import { lookupIn } from './lookup';
import type { Plan } from './plan';

const QUESTION = /\?\s*$|^\s*(?:what|who|whom|whose|which|when|where|why|how|is|are|was|were|do|does|did|can|could|should|would|will|has|have|had|explain|describe|tell|summari[sz]e|define)\b/i;
/** Words that stand for what was said before. */
const REFERS_BACK = /^\s*(?:and|but|so|also|then)\b|\b(?:it|its|they|them|their|theirs|this|that|these|those|he|him|his|she|her|hers|there)\b/i;
const SHORT = 8;

export interface PlanRequest {
  readonly question: string;
  /** What the caller asked before, the latest last. */
  readonly earlier?: readonly string[];
  /** Fields that the collection's documents have. */
  readonly schema?: MetadataSchema;
}

/** Decides by the question's form what shall be done; each plan names its rule. */
export function planFor({ question, earlier = [], schema = {} }: PlanRequest): Plan {
  const filter = lookupIn(question, schema);
  if (filter) return { kind: 'lookup', filter, because: 'asks for documents with given metadata' };
  const whole = completed(question, earlier);
  const subjects = subjectsOf(question);
  if (subjects) return { kind: 'compare', questions: subjects, because: `compares ${subjects.length} subjects` };
  if (QUESTION.test(question)) return { kind: 'answer', question: whole, because: whole === question ? 'is a question' : 'is a question that goes on from the one before' };
  return { kind: 'search', query: whole, because: 'is no question' };
}

/** A short question that points back is read with the one before. */
function completed(question: string, earlier: readonly string[]): string {
  const before = earlier.at(-1);
  const pointsBack = REFERS_BACK.test(question) && question.trim().split(/\s+/).length <= SHORT;
  return before !== undefined && pointsBack ? `${before.trim()} ${question.trim()}` : question;
}
