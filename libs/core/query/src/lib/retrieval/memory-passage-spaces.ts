import type { Scope } from '../collections/scope';
import { foundPassage, type MemoryPassages } from './memory-passages';
import type { FoundPassage } from './passage';
import { PassageSpaces } from './passage-spaces.port';

/** The spaces of a MemoryPassageIndex over the same passages. */
export class MemoryPassageSpaces extends PassageSpaces {
  constructor(private readonly passages: MemoryPassages) {
    super();
  }

  async count(scope: Scope): Promise<number> {
    return [...this.passages.live(scope)].length;
  }

  async lacking(scope: Scope, space: string, limit: number): Promise<FoundPassage[]> {
    const lacking = [...this.passages.live(scope)].filter(({ passage }) => !Object.hasOwn(passage.vectors, space));
    return lacking.slice(0, limit).map(foundPassage);
  }

  async store(scope: Scope, space: string, vectors: ReadonlyMap<string, Float32Array>): Promise<void> {
    for (const vector of vectors.values()) this.passages.admit(scope, space, vector);
    for (const live of this.passages.live(scope)) {
      const vector = vectors.get(live.id);
      if (vector) this.passages.replace(scope, live, { ...live.passage.vectors, [space]: vector });
    }
  }

  async read(scope: Scope, space: string, ids: readonly string[]): Promise<ReadonlyMap<string, Float32Array>> {
    const wanted = new Set(ids);
    const having = [...this.passages.live(scope)].filter(({ id, passage }) => wanted.has(id) && Object.hasOwn(passage.vectors, space));
    return new Map(having.map(({ id, passage }) => [id, passage.vectors[space]!]));
  }

  /** Every search looks at everything anyway. */
  async settle(): Promise<void> {
    return undefined;
  }

  async drop(scope: Scope, space: string): Promise<void> {
    this.passages.drop(scope, space);
  }
}
