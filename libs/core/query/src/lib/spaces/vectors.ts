import { randomUUID } from 'node:crypto';
import type { RequestContext } from '@cortex/kernel';
import type { TextModels } from '@cortex/text-models';
import type { EmbeddingSpace } from '../collections/collection-record';
import { SpaceModelChangedError } from '../query.errors';

const PROBE = 'What is the width of a vector?';

/** Texts as vectors of a space: by the very file that made all others in it, or not at all. */
export class Vectors {
  constructor(private readonly models: Pick<TextModels, 'embed'>) {}

  /** Asks the model (the default one where none is named) once, and binds a space to what answered. @throws what the model throws */
  async newSpace(model: string | undefined, state: EmbeddingSpace['state'], context: RequestContext): Promise<EmbeddingSpace> {
    const { model: served, vectors } = await this.models.embed({ ...(model !== undefined && { model }), texts: [PROBE], truncate: true, normalize: true }, context);
    const { name, version, variant, digest } = served;
    return { id: randomUUID(), model: `${name}@${version}+${variant}`, digest, width: vectors[0]!.length, state, createdAt: Date.now() };
  }

  /** Each of length 1. @throws SpaceModelChangedError, and what the model throws */
  async of(space: EmbeddingSpace, texts: readonly string[], context: RequestContext): Promise<readonly Float32Array[]> {
    const { model: served, vectors } = await this.models.embed({ model: space.model, texts, truncate: true, normalize: true }, context);
    if (served.digest !== space.digest) throw new SpaceModelChangedError(space.model, space.digest, served.digest);
    return vectors;
  }
}
