import { internalContext } from '@cortex/kernel';
import type { Nlp, Span } from '@cortex/nlp-pipeline';
import { tallies, type Tally } from '../span-tally';
import { boundariesOf } from './boundaries';
import { SENTENCE_CASES, type SentenceCase } from './sentence-cases';
import type { Section, Topic } from './topic';

type Splitter = (texts: readonly string[]) => Promise<readonly (readonly string[])[]>;

/** Where sentences end, where that is hard to say; beside a library that many use. */
export const sentences: Topic = { title: 'Sentences', needs: [], measure: ({ service }) => measure(service.nlp) };

async function measure(nlp: Nlp): Promise<Section> {
  const kinds = Object.keys(SENTENCE_CASES);
  const cases = Object.values(SENTENCE_CASES).flat();
  const [ours, theirs] = [await cut(bySteps(nlp), cases), await cut(byWink, cases)];
  const kindOf = Object.entries(SENTENCE_CASES).flatMap(([kind, { length }]) => Array.from({ length }, () => kind));
  const missed = cases.filter((_, index) => !isRight(cases[index]!, ours[index]!));
  return {
    about: `${cases.length} texts of ${cases.flat().length} sentences, written for this page to be hard (abbreviations, initials, quotes, lists, scripts …). F1 of the boundaries between sentences, and texts that are cut without any fault; beside it wink-nlp, which is made for English alone. The rules were mended once by what this showed (F1 0.963 before), so the figure is not one of unseen texts.`,
    columns: ['texts', 'how many', 'F1', 'without fault', 'wink-nlp: F1', 'without fault'],
    rows: [...kinds, 'all'].map((kind) => {
      const picked = cases.flatMap((_, index) => (kind === 'all' || kindOf[index] === kind ? [index] : []));
      return [kind, String(picked.length), ...scores(picked, cases, ours), ...scores(picked, cases, theirs)];
    }),
    notes: missed.map((one) => `cut otherwise: \`${one.join('|').replace(/\n/g, '\\n')}\``),
    measured: [],
  };
}

/** F1 of boundaries, and the share of texts without fault. */
function scores(picked: readonly number[], cases: readonly SentenceCase[], found: readonly SentenceCase[]): readonly number[] {
  const tally = tallyOf(picked.map((index) => cases[index]!), picked.map((index) => found[index]!));
  return [tally.known + tally.found === 0 ? 1 : tally.f1, picked.filter((index) => isRight(cases[index]!, found[index]!)).length / picked.length];
}

function isRight(known: SentenceCase, found: SentenceCase): boolean {
  return JSON.stringify(boundariesOf(known)) === JSON.stringify(boundariesOf(found));
}

function tallyOf(known: readonly SentenceCase[], found: readonly SentenceCase[]): Tally {
  return tallies(known.map(boundariesOf), found.map(boundariesOf)).get('all')!;
}

function cut(splitter: Splitter, cases: readonly SentenceCase[]): Promise<readonly SentenceCase[]> {
  return splitter(cases.map((sentences) => sentences.join('')));
}

function bySteps(nlp: Nlp): Splitter {
  return async (texts) => {
    const docs = await nlp.analyze(texts, { steps: ['sentences'] }, internalContext());
    return docs.map((doc) => (doc['sents'] as readonly Span[]).map(({ start, end }) => doc.text.slice(start, end)));
  };
}

const byWink: Splitter = async (texts) => {
  const [{ default: winkNLP }, { default: model }] = await Promise.all([import('wink-nlp'), import('wink-eng-lite-web-model')]);
  const { readDoc } = winkNLP(model, ['sbd']);
  return texts.map((text) => readDoc(text).sentences().out());
};
