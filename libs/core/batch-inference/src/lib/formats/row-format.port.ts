import type { Json } from '@cortex/jobs';

/** The input from one of its bytes on; it may be opened more than once. */
export type OpenInput = (start: number) => AsyncIterable<Uint8Array>;

/** Why a row has no answer: safe for its owner to read. */
export interface RowError {
  readonly code: string;
  readonly message: string;
}

/** What a caller calls a row; given back with its answer. */
export type RowId = string | number;

/** One row of the input, in its order: what it holds by name, or why it cannot be read. */
export type InputRow = { readonly id?: RowId } & ({ readonly fields: Readonly<Record<string, unknown>> } | { readonly error: RowError });

/** Rows that follow one another. */
export interface RowWindow {
  /** At least one. */
  readonly rows: readonly InputRow[];
  /** What `read` is given as `from` to go on behind this window. */
  readonly next: Json;
  /** How many bytes of the input lie behind it: progress, never less than before. */
  readonly bytesRead: number;
}

export interface ReadOptions {
  /** Where an earlier reading stopped; absent: at the beginning. */
  readonly from?: Json;
  /** Most rows of a window. */
  readonly rows: number;
  /** About as many bytes of input in a window; a row that is larger cannot be read. */
  readonly bytes: number;
  /** The names that are wanted beside `id`; a format that can leaves the rest unread. */
  readonly fields: readonly string[];
}

/**
 * What every answer holds under one name. `vector`: a Float32Array of that width, `labels` naming its places where they have
 * names; `numbers`: a Float32Array of any length; `json`: any JSON value, already written as text.
 */
export type Column = { readonly name: string } & (
  | { readonly type: 'text' | 'number' | 'numbers' | 'json' }
  | { readonly type: 'vector'; readonly width: number; readonly labels?: readonly string[] }
);

export type ColumnValue = string | number | Float32Array;

/** What became of a row: a value for each column, in their order, or why there is none. */
export type Outcome = { readonly values: readonly ColumnValue[] } | { readonly error: RowError };

/** One row of the output. */
export type OutputRow = { readonly id?: RowId } & Outcome;

/**
 * How rows are written in files: windows of rows out of bytes that may never fit into memory, parts of answers, and parts
 * joined to one file. Everything is a function of its arguments alone: the same bytes give the same windows, the same rows
 * the same part. Deliberately not in it: where the bytes are, what is asked of the rows.
 */
export abstract class RowFormat {
  /** As a job names it: `jsonl`, `arrow`. */
  abstract readonly name: string;
  abstract readonly contentType: string;
  /** Lazy: it reads no further than it is asked to. A row that cannot be read is a row with an error. @throws InputUnreadableError where nothing more can be told apart, and what the input throws */
  abstract read(input: OpenInput, options: ReadOptions): AsyncIterable<RowWindow>;
  /** A part: meant for `join` alone. What takes longer than a moment is done on another thread. */
  abstract write(rows: readonly OutputRow[], columns: readonly Column[]): Uint8Array | Promise<Uint8Array>;
  /** The parts, in their order, as one file; a file without rows where there are none. */
  abstract join(parts: AsyncIterable<AsyncIterable<Uint8Array>>, columns: readonly Column[]): AsyncIterable<Uint8Array>;
}
