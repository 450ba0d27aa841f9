import type { RequestContext } from '@cortex/kernel';
import type { ClassifyResult, TextModels } from '@cortex/text-models';
import type { LongTexts } from './embed-long';
import { meanOf, readInPieces, type ReadPieces } from './read-in-pieces';

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
    const ask = (pieces: readonly string[]) => models.classify({ ...(model !== undefined && { model }), texts: pieces, truncate: true }, context);
    classes.push(...meansOf(await readInPieces(texts.slice(start, start + BATCH), ask)));
  }
  return classes;
}

function* meansOf({ pieces, answer: { labels, scores, model } }: ReadPieces<ClassifyResult>): Generator<TextClasses> {
  let at = 0;
  for (const parts of pieces) {
    const rows = scores.slice(at, (at += parts.length));
    yield { scores: Object.fromEntries(labels.map((label, index) => [label, meanOf(parts, (piece) => rows[piece]![index]!)])), model, windows: parts.length };
  }
}
