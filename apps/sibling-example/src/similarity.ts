import { internalContext } from '@cortex/kernel';
import { TextModels } from '@cortex/text-models';
import { Injectable } from '@nestjs/common';

/** How near two sentences are in meaning: the cosine of their vectors, -1 to 1. */
@Injectable()
export class Similarity {
  constructor(private readonly texts: TextModels) {}

  async between(one: string, other: string): Promise<number> {
    const { vectors } = await this.texts.embed({ texts: [one, other], truncate: true, normalize: true }, internalContext());
    const [a, b] = vectors as [Float32Array, Float32Array];
    return a.reduce((sum, value, index) => sum + value * b[index]!, 0);
  }
}
