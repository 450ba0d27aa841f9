import type { AnswerEvent } from './answer';
import { NO_ANSWER } from './prompt';

/** Keeps text back as long as all of it may still come to NO ANSWER, which nobody shall read as an answer. */
export class WithheldText {
  /** Undefined once it is an answer. */
  #held: string | undefined = '';

  *pass(events: Iterable<AnswerEvent>): Generator<AnswerEvent> {
    for (const event of events) {
      if (this.#held === undefined) yield event;
      else if (event.type === 'text' && NO_ANSWER.startsWith((this.#held + event.text).trim())) this.#held += event.text;
      else yield* [...this.#released(), event];
    }
  }

  /** What is left when the answer has ended. */
  *end(): Generator<AnswerEvent> {
    if (this.#held?.trim() !== NO_ANSWER) yield* this.#released();
  }

  *#released(): Generator<AnswerEvent> {
    const text = this.#held ?? '';
    this.#held = undefined;
    if (text !== '') yield { type: 'text', text };
  }
}
