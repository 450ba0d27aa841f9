import type { TypedSpan } from '../span-tally';
import type { TaggedSentence } from './tagged-sentences';

export interface JoinedText extends TaggedSentence {
  /** Where each of its sentences begins. */
  readonly starts: readonly number[];
}

/** Texts of as many sentences as `counts` say in turn, over and over; each sentence with a stop behind it. */
export function joined(sentences: readonly TaggedSentence[], counts: readonly number[]): readonly JoinedText[] {
  const texts: JoinedText[] = [];
  for (let from = 0; from < sentences.length; ) {
    const count = counts[texts.length % counts.length]!;
    texts.push(joinedText(sentences.slice(from, from + count)));
    from += count;
  }
  return texts;
}

function joinedText(sentences: readonly TaggedSentence[]): JoinedText {
  let text = '';
  const [starts, known]: [number[], TypedSpan[]] = [[], []];
  for (const sentence of sentences) {
    starts.push(text.length);
    known.push(...sentence.known.map((span) => moved(span, text.length)));
    text += sentence.text + (/[.!?]$/.test(sentence.text) ? ' ' : '. ');
  }
  return { text, known, starts };
}

export function moved(span: TypedSpan, by: number): TypedSpan {
  return { ...span, start: span.start + by, end: span.end + by };
}
