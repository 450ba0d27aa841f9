import type { RequestContext } from '@cortex/kernel';
import { isolate, type Isolated } from './isolate';

/** Answers by text, each asked for once however many steps want it, at the same time or later. */
export class AskedOnce<Answer> {
  readonly #answers = new Map<string, Promise<Isolated<Answer>>>();

  constructor(
    private readonly context: RequestContext,
    private readonly ask: (texts: readonly string[]) => Promise<readonly Answer[]>,
  ) {}

  /** In the order of the texts. */
  of(texts: readonly string[]): Promise<readonly Isolated<Answer>[]> {
    const fresh = [...new Set(texts)].filter((text) => !this.#answers.has(text));
    const batch = isolate(fresh, this.ask, this.context);
    for (const [index, text] of fresh.entries()) this.#answers.set(text, batch.then((answers) => answers[index]!));
    return Promise.all(texts.map((text) => this.#answers.get(text)!));
  }
}
