import type { Scope } from '../collections/scope';
import { matches } from '../filters/filter';
import { bm25, type WordStatistics } from './word-statistics';
import { byScore, type Scored } from './fusion';
import type { FoundPassage } from './passage';
import { foundPassage, MemoryPassages, type LivePassage } from './memory-passages';
import { PassageIndex, type DocumentGeneration, type IndexedPassage, type PassageRankings, type PassageSearch, type PublishedFacts, type SearchedRanking, type WholeDocument } from './passage-index.port';

/** Every search looks at everything. Words are runs of letters and digits in lower case, without stems; a title's count twice. For tests and small collections. */
export class MemoryPassageIndex extends PassageIndex {
  constructor(private readonly passages = new MemoryPassages()) {
    super();
  }

  async write(scope: Scope, generation: DocumentGeneration, passages: readonly IndexedPassage[]): Promise<void> {
    this.passages.write(scope, generation, passages);
  }

  async publish(scope: Scope, generation: DocumentGeneration, about: PublishedFacts): Promise<void> {
    this.passages.publish(scope, generation, about);
  }

  async put(scope: Scope, documents: readonly WholeDocument[]): Promise<void> {
    for (const { passages } of documents) this.passages.admitAll(scope, passages);
    for (const document of documents) this.passages.put(scope, document);
  }

  async remove(scope: Scope, documentIds?: readonly string[]): Promise<void> {
    this.passages.remove(scope, documentIds);
  }

  async search(scope: Scope, { vector, words, filter, limit }: PassageSearch): Promise<PassageRankings> {
    const all = [...this.passages.live(scope)];
    const meant = filter ? all.filter(({ facts }) => matches(filter, facts.metadata)) : all;
    if (vector) this.passages.check(scope, vector.space, vector.values);
    return {
      ...(vector && { vector: best(nearest(meant, vector), limit) }),
      ...(words && { words: best(matching(meant, words.query, all), limit) }),
    };
  }

  async read(scope: Scope, ids: readonly string[]): Promise<FoundPassage[]> {
    const found = new Map([...this.passages.live(scope)].map((live) => [live.id, live]));
    return ids.flatMap((id) => found.get(id) ?? []).map(foundPassage);
  }
}

function nearest(live: readonly LivePassage[], { space, values }: { space: string; values: Float32Array }): Scored[] {
  return live.flatMap(({ id, passage }) => {
    const vector = passage.vectors[space];
    return vector ? [{ id, score: vector.reduce((sum, value, place) => sum + value * values[place]!, 0) }] : [];
  });
}

function matching(live: readonly LivePassage[], query: string, all: readonly LivePassage[]): Scored[] {
  const asked = new Set(wordsOf(query));
  const statistics = statisticsOf(all);
  return live.flatMap((one) => {
    const words = wordsIn(one);
    const counts = [...asked].map((word) => [word, words.filter((other) => other === word).length] as const).filter(([, count]) => count > 0);
    return counts.length > 0 ? [{ id: one.id, score: bm25(counts, words.length, statistics) }] : [];
  });
}

function statisticsOf(live: readonly LivePassage[]): WordStatistics {
  const words = live.map(wordsIn);
  const length = words.reduce((sum, { length }) => sum + length, 0);
  const sets = words.map((list) => new Set(list));
  return { passages: live.length, meanLength: Math.max(1, length / live.length), holding: (word) => sets.filter((set) => set.has(word)).length };
}

function best(scored: Scored[], limit: number): SearchedRanking {
  return { ranking: scored.sort(byScore).slice(0, limit), exact: true, scanned: scored.length };
}

function wordsIn({ facts: { title = '' }, passage: { headings, text } }: LivePassage): string[] {
  return wordsOf([title, title, ...headings, text].join('\n'));
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
