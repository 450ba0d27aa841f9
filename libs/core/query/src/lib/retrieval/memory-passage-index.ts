import type { Scope } from '../collections/scope';
import { matches } from '../filters/filter';
import { bm25, type WordStatistics } from './word-statistics';
import { byScore, type Scored } from './fusion';
import type { FoundPassage } from './passage';
import { PassageIndex, type DocumentFacts, type DocumentGeneration, type IndexedPassage, type PassageRankings, type PassageSearch, type SearchedRanking } from './passage-index.port';

interface Kept {
  readonly generation: number;
  readonly passages: Map<number, IndexedPassage>;
}

interface Published extends Kept {
  readonly facts: DocumentFacts;
}

interface Live {
  readonly id: string;
  readonly documentId: string;
  readonly facts: DocumentFacts;
  readonly passage: IndexedPassage;
}

/** Every search looks at everything. Words are runs of letters and digits in lower case, without stems. For tests and small collections. */
export class MemoryPassageIndex extends PassageIndex {
  readonly #written = new Map<string, Map<string, Kept>>();
  readonly #published = new Map<string, Map<string, Published>>();

  write(scope: Scope, { documentId, generation }: DocumentGeneration, passages: readonly IndexedPassage[]): Promise<void> {
    const documents = entry(this.#written, keyOf(scope), () => new Map<string, Kept>());
    const kept = documents.get(documentId);
    const open = kept?.generation === generation ? kept : { generation, passages: new Map<number, IndexedPassage>() };
    for (const passage of passages) open.passages.set(passage.ordinal, passage);
    documents.set(documentId, open);
    return Promise.resolve();
  }

  publish(scope: Scope, { documentId, generation }: DocumentGeneration, facts: DocumentFacts): Promise<void> {
    const documents = this.#written.get(keyOf(scope));
    const written = documents?.get(documentId);
    documents?.delete(documentId);
    const passages = written?.generation === generation ? written.passages : new Map<number, IndexedPassage>();
    const published = entry(this.#published, keyOf(scope), () => new Map<string, Published>());
    if (generation >= (published.get(documentId)?.generation ?? 0)) published.set(documentId, { generation, passages, facts });
    return Promise.resolve();
  }

  remove(scope: Scope, documentIds?: readonly string[]): Promise<void> {
    for (const all of [this.#written, this.#published]) {
      if (documentIds === undefined) all.delete(keyOf(scope));
      for (const id of documentIds ?? []) all.get(keyOf(scope))?.delete(id);
    }
    return Promise.resolve();
  }

  search(scope: Scope, { vector, words, filter, limit }: PassageSearch): Promise<PassageRankings> {
    const all = [...this.#live(scope)];
    const meant = filter ? all.filter(({ facts }) => matches(filter, facts.metadata)) : all;
    return Promise.resolve({
      ...(vector && { vector: best(nearest(meant, vector), limit) }),
      ...(words && { words: best(matching(meant, words.query, all), limit) }),
    });
  }

  read(scope: Scope, ids: readonly string[]): Promise<FoundPassage[]> {
    const found = new Map([...this.#live(scope)].map((live) => [live.id, live]));
    return Promise.resolve(ids.flatMap((id) => found.get(id) ?? []).map(foundPassage));
  }

  *#live(scope: Scope): Generator<Live> {
    for (const [documentId, { generation, passages, facts }] of this.#published.get(keyOf(scope)) ?? []) {
      for (const passage of passages.values()) yield { id: `${documentId}/${generation}/${passage.ordinal}`, documentId, facts, passage };
    }
  }
}

function foundPassage({ id, documentId, facts: { title, language, metadata }, passage: { vectors: _, ...passage } }: Live): FoundPassage {
  return { ...passage, id, document: { id: documentId, ...(title !== undefined && { title }), ...(language !== undefined && { language }), metadata } };
}

function nearest(live: readonly Live[], { space, values }: { space: string; values: Float32Array }): Scored[] {
  return live.flatMap(({ id, passage }) => {
    const vector = passage.vectors[space];
    return vector ? [{ id, score: vector.reduce((sum, value, place) => sum + value * values[place]!, 0) }] : [];
  });
}

function matching(live: readonly Live[], query: string, all: readonly Live[]): Scored[] {
  const asked = new Set(wordsOf(query));
  const statistics = statisticsOf(all);
  return live.flatMap(({ id, passage }) => {
    const words = wordsIn(passage);
    const counts = [...asked].map((word) => [word, words.filter((other) => other === word).length] as const).filter(([, count]) => count > 0);
    return counts.length > 0 ? [{ id, score: bm25(counts, words.length, statistics) }] : [];
  });
}

function statisticsOf(live: readonly Live[]): WordStatistics {
  const words = live.map(({ passage }) => wordsIn(passage));
  const length = words.reduce((sum, { length }) => sum + length, 0);
  const sets = words.map((list) => new Set(list));
  return { passages: live.length, meanLength: Math.max(1, length / live.length), holding: (word) => sets.filter((set) => set.has(word)).length };
}

function best(scored: Scored[], limit: number): SearchedRanking {
  return { ranking: scored.sort(byScore).slice(0, limit), exact: true, scanned: scored.length };
}

function wordsIn({ headings, text }: IndexedPassage): string[] {
  return wordsOf([...headings, text].join('\n'));
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

function keyOf({ tenant, collection }: Scope): string {
  return JSON.stringify([tenant, collection]);
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}
