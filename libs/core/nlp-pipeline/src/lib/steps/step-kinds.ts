import type { StepKind } from './define-step';
import { classify } from './classify.step';
import { duplicates } from './duplicates.step';
import { embed } from './embed.step';
import { entities } from './entities.step';
import { keyphrases } from './keyphrases.step';
import { language } from './language.step';
import { pii } from './pii.step';
import { posLemma } from './pos-lemma.step';
import { sentences } from './sentences.step';
import { sentiment } from './sentiment.step';
import { similarity } from './similarity.step';
import { summary } from './summary.step';
import { tokens } from './tokens.step';
import { UnknownStepError } from '../nlp-pipeline.errors';

const BUILT_IN: readonly StepKind[] = [
  ...[language, sentences, tokens, posLemma, entities, sentiment, pii],
  ...[keyphrases, summary, classify, embed, similarity, duplicates],
];
/** Who gives a part that was not asked for but is needed. */
const MAKERS: Readonly<Record<string, string>> = { language: 'language', sents: 'sentences', tokens: 'tokens', ents: 'entities' };

/** Kinds of steps by their name in definitions: the built-in ones, and those that an application brings. */
export class StepKinds {
  readonly #byName: ReadonlyMap<string, StepKind>;

  /** A kind of one's own takes the place of a built-in one of its name. */
  constructor(own: readonly StepKind[] = []) {
    this.#byName = new Map([...BUILT_IN, ...own].map((kind) => [kind.use, kind]));
  }

  get all(): readonly StepKind[] {
    return [...this.#byName.values()];
  }

  get names(): readonly string[] {
    return [...this.#byName.keys()];
  }

  /** @throws UnknownStepError; `path` is where the name stands */
  get(use: string, path: string): StepKind {
    const kind = this.#byName.get(use);
    if (!kind) throw new UnknownStepError(path, use, this.names);
    return kind;
  }

  makerOf(part: string): StepKind | undefined {
    const name = Object.hasOwn(MAKERS, part) ? MAKERS[part] : undefined;
    return name === undefined ? undefined : this.#byName.get(name);
  }
}
