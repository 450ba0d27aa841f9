import type { RequestContext } from '@cortex/kernel';
import { ModelRegistry, NoDefaultModelError } from '@cortex/model-registry';
import { NAME_HEADS, entitiesIn, nameTypeOf, namesAsPii, type PiiFinding } from '@cortex/nlp-pipeline';
import { TextModels } from '@cortex/text-models';
import { Injectable } from '@nestjs/common';

/** Who can find names and places in texts of a language. */
export interface NameModel {
  readonly reference: string;
  readonly recognizer: string;
  readonly entities: readonly string[];
}

/** Names and places, by the default model that tags tokens, where there is one for the language. */
@Injectable()
export class NamedEntities {
  constructor(private readonly registry: ModelRegistry, private readonly models: TextModels) {}

  /** Nothing where no model is there, or none for this language: then nothing is guessed. */
  async modelFor(language: string): Promise<NameModel | undefined> {
    const reference = this.#default();
    if (reference === undefined) return undefined;
    const { name, version, languages, heads = {} } = (await this.registry.resolve(reference)).version;
    if (languages && !languages.includes(language)) return undefined;
    const labels = NAME_HEADS.flatMap((head) => heads[head]?.labels ?? []);
    const entities = [...new Set(labels.flatMap((label) => nameTypeOf(label.replace(/^[BI]-/, '')) ?? []))];
    return { reference, recognizer: `${name}@${version}`, entities };
  }

  /** Names and places of each text, in their order. */
  async find({ reference }: NameModel, texts: readonly string[], context: RequestContext): Promise<readonly PiiFinding[][]> {
    const { model, texts: annotations } = await this.models.annotate({ model: reference, texts }, context);
    return annotations.map(({ spans }, index) => {
      const text = texts[index]!;
      const entities = NAME_HEADS.flatMap((head) => entitiesIn(text, spans[head] ?? []));
      return namesAsPii(entities, text, `${model.name}@${model.version}`);
    });
  }

  #default(): string | undefined {
    try {
      return this.registry.defaultFor('token-classify');
    } catch (error) {
      if (error instanceof NoDefaultModelError) return undefined;
      throw error;
    }
  }
}
