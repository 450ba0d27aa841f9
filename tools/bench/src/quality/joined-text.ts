import type { TypedSpan } from '../span-tally';
import type { TaggedSentence } from './tagged-sentences';

export interface JoinedText extends TaggedSentence {
  /** Where each of its sentences begins. */
  readonly starts: readonly number[];
}

/** Texts of so many sentences, each with a stop behind it. */
export function joined(sentences: readonly TaggedSentence[], count: number): readonly JoinedText[] {
  const texts: JoinedText[] = [];
  for (let from = 0; from < sentences.length; from += count) {
    let text = '';
    const [starts, known]: [number[], TypedSpan[]] = [[], []];
    for (const sentence of sentences.slice(from, from + count)) {
      starts.push(text.length);
      known.push(...sentence.known.map((span) => moved(span, text.length)));
      text += sentence.text + (/[.!?]$/.test(sentence.text) ? ' ' : '. ');
    }
    texts.push({ text, known, starts });
  }
  return texts;
}

export function moved(span: TypedSpan, by: number): TypedSpan {
  return { ...span, start: span.start + by, end: span.end + by };
}
