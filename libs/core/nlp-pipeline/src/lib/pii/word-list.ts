import type { PiiRecognizer } from './recognizer';

interface Branch {
  readonly next: Map<string, Branch>;
  ends?: true;
}

export interface WordList {
  readonly name: string;
  readonly entity: string;
  readonly words: readonly string[];
  /** Default 1. */
  readonly score?: number;
  readonly languages?: readonly string[];
  readonly context?: readonly string[];
}

/** A deny list: these words wherever they stand alone, in any letter case. The time is the text's length times the longest word's at most. */
export function wordListRecognizer({ name, entity, words, score = 1, languages, context = [] }: WordList): PiiRecognizer {
  const root = treeOf(words.map((word) => word.toLowerCase()));
  return {
    name, entity, languages, context,
    *sightings(text) {
      for (let start = 0; start < text.length; start += 1) {
        const end = standsAlone(text, start) ? longestFrom(root, text, start) : start;
        if (end > start) yield { start, end, score, pattern: 'deny_list' };
      }
    },
  };
}

function treeOf(words: readonly string[]): Branch {
  const root: Branch = { next: new Map() };
  for (const word of words) {
    let branch = root;
    for (const unit of word.split('')) {
      if (!branch.next.has(unit)) branch.next.set(unit, { next: new Map() });
      branch = branch.next.get(unit)!;
    }
    if (branch !== root) branch.ends = true;
  }
  return root;
}

function longestFrom(root: Branch, text: string, start: number): number {
  let end = start;
  let branch = root.next.get(text[start]!.toLowerCase());
  for (let i = start + 1; branch; i += 1) {
    if (branch.ends && standsAlone(text, i)) end = i;
    branch = i < text.length ? branch.next.get(text[i]!.toLowerCase()) : undefined;
  }
  return end;
}

/** No word goes on across this place. */
function standsAlone(text: string, at: number): boolean {
  return !(isWord(text[at - 1]) && isWord(text[at]));
}

function isWord(unit: string | undefined): boolean {
  return unit !== undefined && /[\p{L}\p{N}_]/u.test(unit);
}
