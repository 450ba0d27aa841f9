import type { Citation } from './citation';

/** What is said to a question, and where each part of it stands. */
export interface Answer {
  /** Plain text. A citation's number stands behind what it supports: `[1]` is the first. Empty where the question cannot be answered. */
  readonly text: string;
  readonly citations: readonly Citation[];
  /** Whether the collection seems to hold an answer. */
  readonly answerable: boolean;
  /** 0..1: how sure that is. */
  readonly confidence: number;
  /** `extractive`, or the model that wrote the text. */
  readonly by: string;
  /** Quotes that stand in no passage: they were dropped. */
  readonly dropped: number;
}

/** An answer as it comes: text piece by piece, citations as they are verified, at last the whole. */
export type AnswerEvent =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'citation'; readonly number: number; readonly citation: Citation }
  | { readonly type: 'answer'; readonly answer: Answer };
