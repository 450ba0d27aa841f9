import type { ServedModel } from '@cortex/orchestrator';

export interface AnnotateRequest {
  /** The default model for tokens when absent. */
  readonly model?: string;
  /** Of any length: each sentence is a row where the model reads sentences, and what it cannot take at once is read in overlapping windows. */
  readonly texts: readonly string[];
  /** Names of the model's heads; default all. */
  readonly heads?: readonly string[];
}

/** A part of a text that a head gave a label. */
export interface LabelledSpan {
  /** UTF-16 units into the text; spans of one head are in order and do not overlap, and neither starts nor ends in white space. */
  readonly start: number;
  readonly stop: number;
  readonly label: string;
  /** 0..1: the mean over its words of the label's probability. */
  readonly score: number;
}

/** What the heads say of one text. */
export interface Annotation {
  /** Rows that it took; 0 where there is no word in the text. */
  readonly windows: number;
  /** By head, for those that tag. */
  readonly spans: Readonly<Record<string, readonly LabelledSpan[]>>;
  /** By head, for those that judge the text as a whole: a probability a label, adding up to 1. Nothing where there is no word. */
  readonly scores: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

export interface AnnotateResult {
  readonly model: ServedModel;
  /** Tokens read, special ones and what windows repeat included. */
  readonly tokens: number;
  /** In the order of the texts. */
  readonly texts: readonly Annotation[];
}
