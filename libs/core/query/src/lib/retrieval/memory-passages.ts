import type { Scope } from '../collections/scope';
import { PassagesMissingError, VectorWidthError } from '../query.errors';
import type { FoundPassage } from './passage';
import type { DocumentFacts, DocumentGeneration, IndexedPassage, PublishedFacts, WholeDocument } from './passage-index.port';

interface Kept {
  readonly generation: number;
  readonly passages: Map<number, IndexedPassage>;
}

interface Published extends Kept {
  readonly facts: DocumentFacts;
}

/** A passage that is found. */
export interface LivePassage {
  readonly id: string;
  readonly documentId: string;
  readonly facts: DocumentFacts;
  readonly passage: IndexedPassage;
}

/** What MemoryPassageIndex and MemoryPassageSpaces keep, one for both. */
export class MemoryPassages {
  readonly #written = new Map<string, Map<string, Kept>>();
  readonly #published = new Map<string, Map<string, Published>>();
  /** By scope and name: numbers a vector. */
  readonly #widths = new Map<string, Map<string, number>>();

  /** @throws VectorWidthError */
  write(scope: Scope, { documentId, generation }: DocumentGeneration, passages: readonly IndexedPassage[]): void {
    const documents = entry(this.#written, keyOf(scope), () => new Map<string, Kept>());
    const kept = documents.get(documentId);
    const goesOn = kept?.generation === generation && passages.every(({ ordinal }) => ordinal > 0);
    const open = goesOn ? kept : { generation, passages: new Map<number, IndexedPassage>() };
    this.admitAll(scope, passages);
    for (const passage of passages) open.passages.set(passage.ordinal, passage);
    documents.set(documentId, open);
  }

  /** @throws PassagesMissingError */
  publish(scope: Scope, { documentId, generation }: DocumentGeneration, { passages: expected, ...facts }: PublishedFacts): void {
    const written = this.#written.get(keyOf(scope));
    const before = this.#published.get(keyOf(scope))?.get(documentId);
    const { passages } = [written?.get(documentId), before].find((kept) => kept?.generation === generation) ?? { passages: new Map<number, IndexedPassage>() };
    if (expected !== undefined && passages.size !== expected) throw new PassagesMissingError(documentId, passages.size, expected);
    this.#exchange(scope, documentId, { generation, passages, facts });
  }

  /** An earlier generation than the one that is found changes nothing. */
  #exchange(scope: Scope, documentId: string, next: Published): void {
    const written = this.#written.get(keyOf(scope));
    if ((written?.get(documentId)?.generation ?? Infinity) <= next.generation) written?.delete(documentId);
    const published = entry(this.#published, keyOf(scope), () => new Map<string, Published>());
    if ((published.get(documentId)?.generation ?? 0) <= next.generation) published.set(documentId, next);
  }

  put(scope: Scope, { documentId, generation, facts, passages }: WholeDocument): void {
    this.#exchange(scope, documentId, { generation, facts, passages: new Map(passages.map((passage) => [passage.ordinal, passage])) });
  }

  remove(scope: Scope, documentIds?: readonly string[]): void {
    if (documentIds === undefined) for (const all of [this.#written, this.#published, this.#widths]) all.delete(keyOf(scope));
    for (const all of [this.#written, this.#published]) for (const id of documentIds ?? []) all.get(keyOf(scope))?.delete(id);
  }

  *live(scope: Scope): Generator<LivePassage> {
    for (const [documentId, { generation, passages, facts }] of this.#published.get(keyOf(scope)) ?? []) {
      for (const passage of passages.values()) yield { id: `${documentId}/${generation}/${passage.ordinal}`, documentId, facts, passage };
    }
  }

  /** @throws VectorWidthError */
  admitAll(scope: Scope, passages: readonly IndexedPassage[]): void {
    for (const { vectors } of passages) for (const [space, vector] of Object.entries(vectors)) this.admit(scope, space, vector);
  }

  /** Makes the space where it is absent. @throws VectorWidthError */
  admit(scope: Scope, space: string, vector: Float32Array): void {
    const width = entry(entry(this.#widths, keyOf(scope), () => new Map<string, number>()), space, () => vector.length);
    if (width !== vector.length) throw new VectorWidthError(vector.length, width);
  }

  /** @throws VectorWidthError where the space is there, and of another width */
  check(scope: Scope, space: string, vector: Float32Array): void {
    if (this.#widths.get(keyOf(scope))?.has(space)) this.admit(scope, space, vector);
  }

  /** Gives a passage that is found other vectors. */
  replace(scope: Scope, { documentId, passage }: LivePassage, vectors: IndexedPassage['vectors']): void {
    this.#published.get(keyOf(scope))?.get(documentId)?.passages.set(passage.ordinal, { ...passage, vectors });
  }

  /** Forgets a space, and its vectors of every passage. */
  drop(scope: Scope, space: string): void {
    this.#widths.get(keyOf(scope))?.delete(space);
    for (const all of [this.#written, this.#published]) {
      for (const { passages } of all.get(keyOf(scope))?.values() ?? []) {
        for (const [ordinal, { vectors: { [space]: _, ...vectors }, ...passage }] of passages) passages.set(ordinal, { ...passage, vectors });
      }
    }
  }
}

export function foundPassage({ id, documentId, facts: { title, language, metadata }, passage: { vectors: _, ...passage } }: LivePassage): FoundPassage {
  return { ...passage, id, document: { id: documentId, ...(title !== undefined && { title }), ...(language !== undefined && { language }), metadata } };
}

function keyOf({ tenant, collection }: Scope): string {
  return JSON.stringify([tenant, collection]);
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}
