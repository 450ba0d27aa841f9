import type { Entity, Language, Span, Token } from './doc';
import type { PiiFinding } from './pii/pii-finding';
import type { Run } from './run';

/** Parts that the built-in steps give, and what they are. A step of one's own may give others. */
export interface KnownParts {
  readonly language: Language;
  readonly sents: readonly Span[];
  readonly tokens: readonly Token[];
  readonly ents: readonly Entity[];
  readonly pii: readonly PiiFinding[];
}

/** A text on its way, as a step sees it. */
export interface DocInWork {
  /** Its place among the texts of the run, or of the stream that the run is a part of. */
  readonly index: number;
  readonly text: string;
  /** What earlier steps gave, those that this one needs for certain. */
  readonly parts: Readonly<Partial<KnownParts>> & Readonly<Record<string, unknown>>;
  /** Who gave them. */
  readonly engines: Readonly<Record<string, string>>;
}

/** What a step says of one text: its part and who found it, or why there is none. */
export type Outcome<Value> = { readonly value: Value; readonly engine: string; readonly windows?: number } | { readonly error: unknown };

/**
 * One thing to find out about texts, many at a time. A text's own failure is its outcome; what is thrown fails the whole run
 * (a model that is not there, a deadline).
 */
export interface Step<Part extends string = string, Value = unknown> {
  readonly name: string;
  readonly gives: Part;
  /** Parts that must be there before. */
  readonly needs: readonly string[];
  /** Parts that are waited for where another step of the pipeline gives them. */
  readonly uses?: readonly string[];
  /** Loads what the first run would wait for. */
  warmUp(): Promise<void>;
  /** An outcome a text, in their order. */
  run(docs: readonly DocInWork[], run: Run): Promise<readonly Outcome<Value>[]>;
}
