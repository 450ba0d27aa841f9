import type { Random } from './random';
import type { TokenIds } from './teacher';

const SHORTEST = 3;
const LONGEST = 14;

/**
 * Texts of random tokens, every token equally often: what a corpus cannot give for rare words. The teacher's vector of a
 * bag tells how much each of its words counts and where it pulls.
 */
export function wordBags(tokens: readonly number[], count: number, random: Random): TokenIds[] {
  let deck: number[] = [];
  const draw = () => {
    if (deck.length === 0) deck = random.shuffle([...tokens]);
    return deck.pop()!;
  };
  return Array.from({ length: count }, () => Array.from({ length: SHORTEST + random.integer(LONGEST - SHORTEST + 1) }, draw));
}
