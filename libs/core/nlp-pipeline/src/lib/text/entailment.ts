import type { RequestContext } from '@cortex/kernel';
import type { ClassifyResult, ModelProfile, TextModels } from '@cortex/text-models';
import { HypothesisTooLongError } from '../nlp-pipeline.errors';
import type { LongTexts } from './embed-long';
import { meanOf, readInPieces } from './read-in-pieces';
import { softmax } from './vectors';

/** Pairs of one request, or those of one piece of text with each hypothesis where they are more. */
const PAIRS = 256;
/** A piece of a text that is no longer makes no room: it is the hypothesis that is too long. */
const SHORTEST = 64;

export interface Hypotheses {
  readonly texts: readonly string[];
  /** Each may hold by itself; otherwise one of them holds. */
  readonly multiLabel: boolean;
  readonly labels: EntailmentLabels;
}

export interface EntailmentRequest extends LongTexts {
  readonly hypotheses: Hypotheses;
}

/** Which of a model's labels say that a text entails a hypothesis, and that it does not. */
export interface EntailmentLabels {
  readonly entailment: number;
  readonly contradiction: number;
}

/** Undefined for a classifier of anything else. */
export function entailmentLabels({ task, labels = [] }: Pick<ModelProfile, 'task' | 'labels'>): EntailmentLabels | undefined {
  const entailment = labels.findIndex((label) => /^entail/i.test(label));
  const contradiction = labels.findIndex((label) => /^(contradict|not[_ ]entail)/i.test(label));
  return task === 'classify' && entailment >= 0 && contradiction >= 0 ? { entailment, contradiction } : undefined;
}

export interface Entailed {
  /** Of each hypothesis, 0..1. */
  readonly scores: readonly number[];
  readonly model: ClassifyResult['model'];
  readonly windows: number;
}

/**
 * How far each text entails each hypothesis, as Hugging Face's zero-shot classification counts: a softmax over the hypotheses'
 * entailment logits, or with `multiLabel` over each one's entailment and contradiction. Of a text that the model does not take whole
 * beside a hypothesis, the mean over its pieces by their length. @throws HypothesisTooLongError
 */
export async function entailmentsOf(models: Pick<TextModels, 'classify'>, { model, texts, hypotheses }: EntailmentRequest, context: RequestContext): Promise<readonly Entailed[]> {
  const entailed: Entailed[] = [];
  const ask = (pairs: readonly (readonly [string, string])[]) => models.classify({ ...(model !== undefined && { model }), texts: pairs, truncate: true }, context);
  for (const text of texts) {
    const { pieces: [pieces = []], answer } = await readInPieces([text], (some) => askInBatches(some, hypotheses.texts, ask), SHORTEST);
    if (answer.truncated > 0) throw new HypothesisTooLongError(answer.model.name);
    const scores = pieces.map((_piece, index) => scoresOf(answer.logits.slice(index * hypotheses.texts.length, (index + 1) * hypotheses.texts.length), hypotheses));
    entailed.push({ scores: hypotheses.texts.map((_hypothesis, label) => meanOf(pieces, (piece) => scores[piece]![label]!)), model: answer.model, windows: pieces.length });
  }
  return entailed;
}

type Logits = Pick<ClassifyResult, 'model' | 'logits' | 'truncated'>;

/** Each piece with each hypothesis. */
async function askInBatches(pieces: readonly string[], hypotheses: readonly string[], ask: (pairs: readonly (readonly [string, string])[]) => Promise<Logits>): Promise<Logits> {
  const size = Math.max(1, Math.floor(PAIRS / hypotheses.length));
  const answers: Logits[] = [];
  for (let start = 0; start < pieces.length; start += size) {
    answers.push(await ask(pieces.slice(start, start + size).flatMap((piece) => hypotheses.map((hypothesis) => [piece, hypothesis] as const))));
  }
  return { model: answers[0]!.model, logits: answers.flatMap(({ logits }) => [...logits]), truncated: answers.reduce((sum, { truncated }) => sum + truncated, 0) };
}

function scoresOf(logits: readonly Float32Array[], { multiLabel, labels: { entailment, contradiction } }: Hypotheses): readonly number[] {
  if (multiLabel) return logits.map((pair) => softmax([pair[contradiction]!, pair[entailment]!])[1]!);
  return softmax(logits.map((pair) => pair[entailment]!));
}
