import type { StepFailure } from './step-failure';

/** `utf16`: as JavaScript and Java count; `codepoint`: as Python does (a lone surrogate is one). */
export type OffsetUnit = 'utf16' | 'codepoint';

/** UTF-16 code units into the text (or code points, where the Doc's `offsetUnit` says so), `end` behind the last one. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Never white space. `pos` (universal tags) and `lemma` where the step `pos-lemma` gave them. */
export interface Token extends Span {
  readonly pos?: string;
  readonly lemma?: string;
}

export interface Entity extends Span {
  /** As the model names it: PER, ORG, LOC. */
  readonly label: string;
  /** Exactly what stands at the offsets. */
  readonly text: string;
  /** 0..1. */
  readonly score: number;
}

export interface Language {
  /** ISO 639-1, or `unknown` where the text is too short or undecided. */
  readonly code: string;
  /** 0..1; 0 for `unknown`. */
  readonly confidence: number;
}

/** What every Doc says, whichever steps made it. */
export interface DocHead {
  readonly text: string;
  readonly offsetUnit: OffsetUnit;
  /** Who gave each part: `eld@2.1.0`, `cortex-nlp-en@1 (sha256:…)`. */
  readonly engines: Readonly<Record<string, string>>;
  /** By part, for those that a model read: in how many pieces. */
  readonly windows?: Readonly<Record<string, number>>;
}

/** A text and what its steps found. Where `errors` is set, the parts of the failed steps, and of those that need them, are absent. */
export type Doc<Parts extends object = Readonly<Record<string, unknown>>> = DocHead &
  ((Readonly<Parts> & { readonly errors?: undefined }) | (Readonly<Partial<Parts>> & { readonly errors: readonly StepFailure[] }));
