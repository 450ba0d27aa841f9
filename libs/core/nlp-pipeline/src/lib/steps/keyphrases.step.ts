import { z } from 'zod';
import type { Run } from '../run';
import type { DocInWork, Outcome } from '../step';
import { engineName } from '../text/engine-name';
import { refusal } from '../text/made-for';
import { phrasesOf, type Phrase, type PhraseOptions } from '../text/phrases';
import { TAGGER_ENGINE, tagger } from '../text/tagger';
import { cosine, mmr } from '../text/vectors';
import { defineStep } from './define-step';
import { eachDoc, oneByOne } from './each-doc';
import { inItsLanguages } from './in-its-languages';
import { withTags } from './with-tags';

const NAME = 'cortex-keyphrases';
const RULES = `${NAME}@2, ${TAGGER_ENGINE}`;
/** Phrases that are compared by meaning, of those that statistics put first. */
const CANDIDATES = 40;

const parameters = z.strictObject({
  maxPhrases: z.int().min(1).max(100).default(10),
  maxWords: z.int().min(1).max(5).default(3),
  /** `statistical`: by the text alone; `embedding`: near the text's meaning and unlike each other. */
  method: z.enum(['statistical', 'embedding']).default('statistical'),
  /** 0: the best alone; 1: as different as possible. For `embedding`. */
  diversity: z.number().min(0).max(1).default(0.5),
  /** For `embedding`. Default: the registry's default embedding model. */
  model: z.string().min(1).optional(),
});
type Parameters = z.output<typeof parameters>;

/** Gives `keyphrases`: what a text is about, the best first, each where it comes first. English, whose nouns it knows. */
export const keyphrases = defineStep({
  use: 'keyphrases',
  parameters,
  make: (options) => ({
    gives: 'keyphrases',
    needs: ['language', 'tokens', 'sents'],
    warmUp: async () => void (await tagger()),
    run: (docs, run) => {
      if (options.method === 'statistical') return eachDoc(docs, run, (doc) => inEnglish(doc, () => byStatistics(doc, run, options)));
      return inItsLanguages(docs, { run, model: options.model, tasks: ['embed'] }, (fit) => oneByOne(fit, run, (doc) => inEnglish(doc, () => byMeaning(doc, run, options))));
    },
  }),
});

function inEnglish<T>(doc: DocInWork, find: () => T): T | { readonly error: unknown } {
  const error = refusal(doc, NAME, ['en']);
  return error ? { error } : find();
}

async function byStatistics(doc: DocInWork, run: Run, { maxWords, maxPhrases }: Parameters): Promise<Outcome<readonly Phrase[]>> {
  return { value: unlike(await phrases(doc, run, { maxWords, limit: 4 * maxPhrases }), maxPhrases), engine: RULES };
}

async function phrases({ text, parts: { tokens = [], sents = [] } }: DocInWork, run: Run, options: PhraseOptions): Promise<readonly Phrase[]> {
  const areTagged = tokens.every(({ pos }) => pos !== undefined);
  return phrasesOf(text, { tokens: areTagged ? tokens : await withTags(text, tokens, run), sents }, options);
}

/** Leaves out what lies within a better one, or holds it. */
function unlike(phrases: readonly Phrase[], count: number): readonly Phrase[] {
  const kept: Phrase[] = [];
  for (const phrase of phrases) {
    const padded = ` ${phrase.text.toLowerCase()} `;
    const isLike = kept.some(({ text }) => padded.includes(` ${text.toLowerCase()} `) || ` ${text.toLowerCase()} `.includes(padded));
    if (!isLike) kept.push(phrase);
    if (kept.length === count) break;
  }
  return kept;
}

async function byMeaning(doc: DocInWork, run: Run, options: Parameters): Promise<Outcome<readonly Phrase[]>> {
  const candidates = await phrases(doc, run, { maxWords: options.maxWords, limit: CANDIDATES });
  const answers = await run.vectors(options.model).of([doc.text, ...candidates.map(({ text }) => text)]);
  const failed = answers.find((answer) => 'error' in answer);
  if (failed) return failed;
  const [whole, ...parts] = answers.map((answer) => ('value' in answer ? answer.value : undefined)!);
  const vectors = parts.map(({ vector }) => vector);
  const relevance = vectors.map((vector) => cosine(vector, whole!.vector));
  const chosen = mmr(vectors, relevance, { count: options.maxPhrases, diversity: options.diversity });
  return {
    value: chosen.map((index) => ({ ...candidates[index]!, score: Math.max(0, relevance[index]!) })),
    engine: `${RULES}, ${engineName(whole!.model)}`,
    windows: whole!.windows,
  };
}
