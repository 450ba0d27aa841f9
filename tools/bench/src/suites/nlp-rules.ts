import { join } from 'node:path';
import { linesOf } from '@cortex/evaluation';
import { pipeline, language, pii, sentences, tokens } from '@cortex/nlp-pipeline';
import { sharedFolder } from '@cortex/service-process';
import { figure, type Figure } from '../report';
import { median } from '../statistics';

const ROUNDS = 9;
/** The compiler is at work in the first ones. */
const WARM_UP_ROUNDS = 2;
/** Texts a call, as a stream takes them. */
const BATCH = 128;

/** Steps that need no model against wink-nlp, by turns: characters a second over the same texts, one thread each. */
export async function nlpRules(): Promise<Figure[]> {
  const wink = await sentencesAndTokensByWink();
  return [
    await compare('rule-based steps only (language, sentences, tokens, PII patterns), abstracts', abstracts().slice(0, 700), wink),
    await compare('the same, short texts', reviews().slice(0, 6_000), wink),
  ];
}

type Reader = (texts: readonly string[]) => unknown;

async function compare(name: string, texts: readonly string[], wink: Reader): Promise<Figure> {
  const rules = pipeline().use(language()).use(sentences()).use(tokens()).use(pii());
  const ours: Reader = async () => {
    for (let start = 0; start < texts.length; start += BATCH) await rules.run(texts.slice(start, start + BATCH));
  };
  const samples: number[] = [];
  for (let round = 0; round < ROUNDS + WARM_UP_ROUNDS; round += 1) {
    const [oursMs, winkMs] = [await msOf(ours, texts), await msOf(wink, texts)];
    if (round >= WARM_UP_ROUNDS) samples.push(winkMs / oursMs);
  }
  const reference = 'wink-nlp alone: its sentences and tokens of the same texts';
  return figure({ suite: 'nlp-rules', case: name, value: median(samples), unit: 'of wink-nlp', reference, samples }, { atLeast: 0.5 });
}

/** Its pipe for sentences alone, without tags and names. */
async function sentencesAndTokensByWink(): Promise<Reader> {
  const [{ default: winkNLP }, { default: model }] = await Promise.all([import('wink-nlp'), import('wink-eng-lite-web-model')]);
  const { readDoc } = winkNLP(model, ['sbd']);
  return (texts) => {
    for (const text of texts) {
      const doc = readDoc(text);
      doc.sentences().out();
      doc.tokens().out();
    }
  };
}

async function msOf(read: Reader, texts: readonly string[]): Promise<number> {
  const startedAt = performance.now();
  await read(texts);
  return performance.now() - startedAt;
}

/** Cranfield's. */
function abstracts(): readonly string[] {
  return linesOf(join(sharedFolder, 'data/retrieval/cranfield/corpus.jsonl')).map((line) => (JSON.parse(line) as { text: string }).text).filter((text) => text !== '');
}

/** Sentences and phrases of film reviews: 52 characters on the average. */
function reviews(): readonly string[] {
  return linesOf(join(sharedFolder, 'data/sentiment/sst2/train.tsv')).map((line) => line.split('\t')[1] ?? '');
}
