/** What a batch run costs in milliseconds: `c0 + c1*rows*length + c2*rows*length^2`. All >= 0, never all 0. */
export interface CostModel {
  readonly c0: number;
  readonly c1: number;
  readonly c2: number;
}

/** One timed run of `rows` rows padded to `length` tokens. */
export interface CostSample {
  readonly rows: number;
  readonly length: number;
  readonly ms: number;
}

/** Predicted milliseconds of one padded batch. */
export function costOf(model: CostModel, rows: number, length: number): number {
  return model.c0 + workOf(model, rows, length);
}

/** The part of the cost that grows with the rows: what is left of a batch's cost without the overhead `c0`. */
export function workOf(model: CostModel, rows: number, length: number): number {
  return rows * length * (model.c1 + model.c2 * length);
}

/**
 * Least squares with coefficients >= 0 over relative errors, exact: every choice of terms is solved, the best one without a
 * negative coefficient wins, the simplest among equals. Without a usable sample, cost is taken as proportional to tokens.
 */
export function fitCostModel(samples: readonly CostSample[]): CostModel {
  const usable = samples.filter(isUsable).map(relativeTerms);
  let best: Fit = { coefficients: [0, 1, 0], error: Infinity };
  for (const terms of TERM_CHOICES) {
    const fit = fitTerms(usable, terms);
    if (fit && fit.error < best.error - MEANINGFUL_GAIN * usable.length) best = fit;
  }
  const [c0, c1, c2] = best.coefficients;
  return { c0, c1, c2 };
}

type Coefficients = [c0: number, c1: number, c2: number];
interface Fit {
  readonly coefficients: Coefficients;
  /** Sum of the squared relative errors. */
  readonly error: number;
}

/** Indices into `Coefficients`; the simplest explanation first: what a single sample shows is taken for cost by token. */
const TERM_CHOICES = [[1], [0], [2], [0, 1], [1, 2], [0, 2], [0, 1, 2]] as const;
/** Mean squared relative error that another term must win: above rounding, below anything a clock can show. */
const MEANINGFUL_GAIN = 1e-12;

function isUsable({ rows, length, ms }: CostSample): boolean {
  return rows > 0 && length > 0 && ms > 0 && Number.isFinite(rows * length * length * ms);
}

/** Divided by the measured time, so that the target of every sample is 1 and the error is relative. */
function relativeTerms({ rows, length, ms }: CostSample): Coefficients {
  return [1 / ms, (rows * length) / ms, (rows * length * length) / ms];
}

function fitTerms(samples: readonly Coefficients[], terms: readonly number[]): Fit | undefined {
  const norms = terms.map((term) => Math.hypot(...samples.map((sample) => sample[term]!)));
  const columns = terms.map((term, i) => samples.map((sample) => sample[term]! / norms[i]!));
  const scaled = solve(columns.map((a) => [...columns.map((b) => dot(a, b)), sum(a)]));
  // Terms that the samples cannot tell apart end in a division by 0 or in rounding, which the error exposes.
  if (!scaled.every((value) => value >= 0)) return undefined;

  const coefficients: Coefficients = [0, 0, 0];
  terms.forEach((term, i) => (coefficients[term] = scaled[i]! / norms[i]!));
  return { coefficients, error: sum(samples.map((sample) => (dot(sample, coefficients) - 1) ** 2)) };
}

/** Gauss-Jordan elimination of a symmetric, positive semidefinite system, its right side as last column. */
function solve(rows: number[][]): number[] {
  const size = rows.length;
  for (let pivot = 0; pivot < size; pivot += 1) {
    for (let row = 0; row < size; row += 1) if (row !== pivot) eliminate(rows[row]!, rows[pivot]!, pivot);
  }
  return rows.map((row, i) => row[size]! / row[i]!);
}

function eliminate(row: number[], by: readonly number[], pivot: number): void {
  const factor = row[pivot]! / by[pivot]!;
  for (let column = pivot; column < row.length; column += 1) row[column]! -= factor * by[column]!;
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((total, value, i) => total + value * b[i]!, 0);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
