import { internalContext } from '@cortex/kernel';
import { tallies, type TypedSpan } from '../span-tally';
import { joined, moved, type JoinedText } from './joined-text';
import { nameHeadOf, served, type ModelService, type Subject } from './model-service';
import { findNames } from './names';
import { readWikiann, readWnut17 } from './tagged-sentences';
import { sampleOf, type Laboratory, type Section, type Topic } from './topic';

/** A paragraph's, one after another. */
const FEW = [2, 3, 4, 5, 6, 7, 8];
const SETS = [
  { set: 'WikiANN-en dev, 2 to 8', read: readWikiann, counts: FEW },
  { set: 'WNUT17 dev, 2 to 8', read: readWnut17, counts: FEW },
  { set: 'WikiANN-en dev, 80', read: readWikiann, counts: [80] },
];
const MOST_SENTENCES = 4_000;

/** Texts of many sentences against the same sentences one by one. */
export const windows: Topic = { title: 'Long texts', needs: ['ner'], measure };

async function measure({ service, data, most }: Laboratory): Promise<Section> {
  const sets = SETS.map(({ set, read, counts }) => {
    const sentences = sampleOf(read(data), Math.min(most, MOST_SENTENCES));
    return { set, sentences, texts: joined(sentences, counts) };
  });
  const rows: Section['rows'][number][] = [];
  for (const subject of served(service.taggers)) {
    for (const { set, sentences, texts } of sets) {
      const known = texts.map((text) => text.known);
      const alone = placed(await findNames(service, subject, sentences.map(({ text }) => text)), texts);
      const whole = await findNames(service, subject, texts.map(({ text }) => text));
      const f1 = (these: readonly (readonly TypedSpan[])[], those: readonly (readonly TypedSpan[])[]) => tallies(these, those).get('all')!.f1;
      rows.push([subject.reference, set, await windowsOf(service, subject, texts), f1(known, alone), f1(known, whole), f1(alone, whole)]);
    }
  }
  const sizes = sets.map(({ set, sentences, texts }) => `${set}: ${sentences.length} in ${texts.length} texts`);
  return {
    about: `Sentences of a data set, so many of them joined to a text (". " where one has no stop; ${sizes.join('; ')}). Strict span F1 against the data set, and of the one reading against the other.`,
    columns: ['model', 'sentences a text', 'windows a text', 'sentence by sentence', 'whole texts', 'agreement'], rows, measured: [],
  };
}

/** What was found sentence by sentence, as it stands in the joined texts. */
function placed(found: readonly (readonly TypedSpan[])[], texts: readonly JoinedText[]): readonly TypedSpan[][] {
  let next = 0;
  return texts.map(({ starts }) => starts.flatMap((start) => found[next++]!.map((span) => moved(span, start))));
}

/** Rows that a text took, on average. */
async function windowsOf(service: ModelService, { model, reference }: Subject, texts: readonly JoinedText[]): Promise<string> {
  const { texts: annotations } = await service.texts.annotate({ model: reference, texts: texts.map(({ text }) => text), heads: [nameHeadOf(model)!] }, internalContext());
  return (annotations.reduce((sum, annotation) => sum + annotation.windows, 0) / texts.length).toFixed(1);
}
