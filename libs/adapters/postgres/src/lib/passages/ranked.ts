import type { SearchedRanking } from '@cortex/query';

export interface RankedRow {
  readonly id: string;
  readonly score: number;
  /** Passages that were compared up to this row; the last row's is that of all. */
  readonly scanned: number;
}

export const NOTHING: SearchedRanking = { ranking: [], exact: true, scanned: 0 };

export function rankingOf(rows: readonly RankedRow[], exact: boolean): SearchedRanking {
  return { ranking: rows.map(({ id, score }) => ({ id, score })), exact, scanned: rows.at(-1)?.scanned ?? 0 };
}
