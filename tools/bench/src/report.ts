/** One measured figure, held against what was asked for. */
export interface Figure {
  readonly suite: string;
  /** In the words of the table that asked for it. */
  readonly case: string;
  readonly value: number;
  readonly unit: string;
  /** What it was measured against, in the same run. */
  readonly reference: string;
  readonly atLeast?: number;
  readonly atMost?: number;
  readonly aim?: number;
  readonly holds: boolean;
  /** The rounds that `value` is the median of. */
  readonly samples: readonly number[];
}

type Bound = { readonly atLeast: number; readonly aim?: number } | { readonly atMost: number; readonly aim?: number };

/** Completes a figure with whether its bound holds. */
export function figure(parts: Omit<Figure, 'holds' | 'atLeast' | 'atMost' | 'aim'>, bound: Bound): Figure {
  const holds = 'atLeast' in bound ? parts.value >= bound.atLeast : parts.value <= bound.atMost;
  return { ...parts, ...bound, holds };
}

/** A table for people. */
export function tableOf(figures: readonly Figure[]): string {
  const rows = figures.map((one) => [one.suite, one.case, `${round(one.value)} ${one.unit}`, boundOf(one), one.aim === undefined ? '' : round(one.aim), one.holds ? 'yes' : 'NO', `${spread(one)}`]);
  const table = [['suite', 'case', 'measured', 'bound', 'aim', 'holds', 'rounds'], ...rows];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  return table.map((row) => row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ').trimEnd()).join('\n');
}

function boundOf({ atLeast, atMost }: Figure): string {
  return atLeast === undefined ? `<= ${atMost}` : `>= ${atLeast}`;
}

function spread({ samples }: Figure): string {
  return samples.length < 2 ? '' : `${round(Math.min(...samples))} - ${round(Math.max(...samples))}`;
}

function round(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
