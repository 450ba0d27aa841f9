import type { RequestContext } from '@cortex/kernel';
import type { ClassifyResult, TextModels } from '@cortex/text-models';
import type { LongTexts } from './embed-long';
import { piecesOf } from './pieces';

/** A text above it is read in pieces from the start. */
const WHOLE = 4_000;
const PIECE = 1_000;
/** Texts of one request. */
const BATCH = 64;

export interface TextClasses {
  /** By label. */
  readonly scores: Readonly<Record<string, number>>;
  readonly model: ClassifyResult['model'];
  readonly windows: number;
}

/** Scores a text of any length: of the text itself where the model takes it whole, otherwise the mean over its pieces by their length. */
export async function classifyLong(models: Pick<TextModels, 'classify'>, { model, texts }: LongTexts, context: RequestContext): Promise<readonly TextClasses[]> {
  const classes: TextClasses[] = [];
  for (let start = 0; start < texts.length; start += BATCH) {
    let pieces = texts.slice(start, start + BATCH).map((text) => (text.length <= WHOLE ? [text] : piecesOf(text, PIECE)));
    const ask = () => models.classify({ ...(model !== undefined && { model }), texts: pieces.flat(), truncate: true }, context);
    let answer = await ask();
    for (let longest = longestOf(pieces); answer.truncated > 0 && longest > 1; longest = longestOf(pieces)) {
      pieces = pieces.map((parts) => parts.flatMap((part) => piecesOf(part, Math.ceil(longest / 2))));
      answer = await ask();
    }
    classes.push(...meansOf(pieces, answer));
  }
  return classes;
}

function longestOf(pieces: readonly (readonly string[])[]): number {
  return pieces.flat().reduce((most, { length }) => Math.max(most, length), 0);
}

function* meansOf(pieces: readonly (readonly string[])[], { labels, scores, model }: ClassifyResult): Generator<TextClasses> {
  let at = 0;
  for (const parts of pieces) {
    const rows = scores.slice(at, (at += parts.length));
    const weights = parts.map(({ length }) => length || 1);
    const whole = weights.reduce((sum, weight) => sum + weight, 0);
    const mean = (label: number) => rows.reduce((sum, row, index) => sum + row[label]! * weights[index]!, 0) / whole;
    yield { scores: Object.fromEntries(labels.map((label, index) => [label, mean(index)])), model, windows: parts.length };
  }
}
