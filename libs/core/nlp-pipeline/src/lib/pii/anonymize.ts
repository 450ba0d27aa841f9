import { disjoint } from './conflicts';
import { ANONYMIZERS, DEANONYMIZERS, operate, type OperatorConfig, type Piece } from './operators';
import { AnonymizerParameterError } from './pii.errors';
import type { ChangedSpan, ScoredSpan, TypedSpan } from './spans';

export interface ChangedText {
  readonly text: string;
  /** From the end of the text to its start, as Presidio gives them. */
  readonly items: readonly ChangedSpan[];
}

/** By type; `DEFAULT` is for all others. */
export type Operators = Readonly<Record<string, OperatorConfig>>;

const REPLACE: OperatorConfig = { type: 'replace' };

/**
 * The text with its findings replaced, redacted, masked, hashed, encrypted or kept (the default is to replace by `<TYPE>`).
 * What overlaps or stands side by side with a blank between is joined by Presidio's rules.
 * @throws AnonymizerParameterError
 */
export function anonymize(text: string, findings: readonly ScoredSpan[], operators: Operators = {}): ChangedText {
  const spans = disjoint(text, findings).sort((one, other) => other.start - one.start || other.end - one.end);
  return change(text, spans, (piece) => {
    const config = operators[piece.type] ?? operators['DEFAULT'] ?? REPLACE;
    return { text: operate(piece, config, ANONYMIZERS), operator: config.type };
  });
}

/**
 * Decrypts what `anonymize` encrypted; `spans` are its items.
 * @throws AnonymizerParameterError, DecryptionFailedError
 */
export function deanonymize(text: string, spans: readonly TypedSpan[], operators: Operators): ChangedText {
  const order = [...spans].sort((one, other) => other.start - one.start);
  return change(text, order, (piece) => {
    const config = operators[piece.type] ?? operators['DEFAULT'];
    if (!config) throw new AnonymizerParameterError('Invalid input, request must contain a deanonymizer for every entity type, or DEFAULT');
    return { text: operate(piece, config, DEANONYMIZERS), operator: config.type };
  });
}

interface Change {
  readonly text: string;
  readonly operator: string;
}

/** Works from the end to the start, so that what stands before keeps its place; of what overlaps, the earlier loses its end. */
function change(text: string, spans: readonly TypedSpan[], by: (piece: Piece) => Change): ChangedText {
  const pieces: string[] = [];
  const items: { span: TypedSpan; change: Change; fromEnd: number }[] = [];
  let left = text.length;
  let written = 0;
  for (const span of spans) {
    mustLieIn(text, span);
    const changed = by({ ...span, text: text.slice(span.start, span.end) });
    const after = text.slice(Math.min(span.end, left), left);
    pieces.push(after, changed.text);
    left = span.start;
    written += after.length + changed.text.length;
    items.push({ span, change: changed, fromEnd: written });
  }
  const whole = [...pieces, text.slice(0, left)].reverse().join('');
  return { text: whole, items: items.map((item) => itemOf(item, whole.length)) };
}

function itemOf({ span, change: { text, operator }, fromEnd }: { span: TypedSpan; change: Change; fromEnd: number }, length: number): ChangedSpan {
  const start = length - fromEnd;
  return { start, end: start + text.length, type: span.type, text, operator };
}

function mustLieIn(text: string, { start, end }: TypedSpan): void {
  if (start > text.length || end > text.length) {
    throw new AnonymizerParameterError(`Invalid analyzer result, start: ${start} and end: ${end}, while text length is only ${text.length}.`);
  }
}
