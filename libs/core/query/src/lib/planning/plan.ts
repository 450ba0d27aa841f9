import type { Filter } from '../filters/filter';

/** What is done for a question, and why. */
export type Plan = (
  /** Documents by their metadata alone. */
  | { readonly kind: 'lookup'; readonly filter: Filter }
  /** Passages, without an answer made of them. */
  | { readonly kind: 'search'; readonly query: string }
  /** The same question of each subject, answered one by one. */
  | { readonly kind: 'compare'; readonly questions: readonly string[] }
  | { readonly kind: 'answer'; readonly question: string }
) & {
  /** The rule that decided. */
  readonly because: string;
};

export type PlanKind = Plan['kind'];
