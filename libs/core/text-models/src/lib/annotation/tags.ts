import type { TagsHead } from '@cortex/model-registry';

/** What a label of a tagging head says of a word: `O` nothing, otherwise its type and where in a span the word stands. */
export interface Tag {
  /** Absent: outside. */
  readonly type?: string;
  /** `B-`, `S-`, `U-`: a span begins here, whatever stood before. */
  readonly begins: boolean;
  /** `E-`, `L-`, `S-`, `U-`: nothing goes on behind it. */
  readonly ends: boolean;
}

/** What no logits make up for; finite, so that there is a best path even where all are impossible. */
const IMPOSSIBLE = -10_000;
/** Learned transitions stand near what forbids them, not on it. */
const IMPOSSIBLE_FROM = -1_000;

export function tagOf(label: string): Tag {
  if (label === 'O') return { begins: false, ends: false };
  const [, place = '', type = label] = /^([BIESLU])-(.+)$/.exec(label) ?? [];
  return { type, begins: 'BSU'.includes(place) && place !== '', ends: 'ELSU'.includes(place) && place !== '' };
}

/** Scores of what may stand at a text's beginning, and of each move from one label to the next word's, row by row. */
export interface Moves {
  readonly starts: Float64Array;
  readonly scores: Float64Array;
}

/** The head's own transitions, or those that forbid what the labels' scheme does; a text begins as it goes on behind `O`, save that only the impossible counts. */
export function movesOf({ labels, transitions }: TagsHead): Moves {
  const rows = transitions ?? impossibleMoves(labels);
  const outside = labels.indexOf('O');
  const starts = Float64Array.from(labels, (_, to) => (outside >= 0 && rows[outside]![to]! <= IMPOSSIBLE_FROM ? IMPOSSIBLE : 0));
  return { starts, scores: Float64Array.from(rows.flat()) };
}

/** A type that has labels to begin with goes on only behind itself. */
function impossibleMoves(labels: readonly string[]): readonly (readonly number[])[] {
  const tags = labels.map(tagOf);
  const begun = new Set(tags.filter(({ begins }) => begins).map(({ type }) => type));
  const goesOn = ({ type, begins }: Tag) => type !== undefined && !begins && begun.has(type);
  return tags.map((from) => tags.map((to) => (goesOn(to) && (from.type !== to.type || from.ends) ? IMPOSSIBLE : 0)));
}
