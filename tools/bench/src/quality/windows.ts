import { internalContext } from '@cortex/kernel';
import { tallies, type TypedSpan } from '../span-tally';
import { joined, moved, type JoinedText } from './joined-text';
import { nameHeadOf, served, type ModelService, type Subject } from './model-service';
import { findNames } from './names';
import { readWikiann } from './tagged-sentences';
import { sampleOf, type Laboratory, type Section, type Topic } from './topic';

/** Joined, they are several times what a model reads at once. */
const SENTENCES_A_TEXT = 80;
const MOST_SENTENCES = 4_000;

/** Long texts, which are read in overlapping windows, against the same sentences one by one. */
export const windows: Topic = { title: 'Long texts', needs: ['ner'], measure };

async function measure({ service, data, most }: Laboratory): Promise<Section> {
  const sentences = sampleOf(readWikiann(data), Math.min(most, MOST_SENTENCES));
  const texts = joined(sentences, SENTENCES_A_TEXT);
  const rows: Section['rows'][number][] = [];
  for (const subject of served(service.taggers)) {
    const known = texts.map((text) => text.known);
    const alone = placed(await findNames(service, subject, sentences.map(({ text }) => text)), texts);
    const whole = await findNames(service, subject, texts.map(({ text }) => text));
    const f1 = (these: readonly (readonly TypedSpan[])[], those: readonly (readonly TypedSpan[])[]) => tallies(these, those).get('all')!.f1;
    rows.push([subject.reference, await windowsOf(service, subject, texts), f1(known, alone), f1(known, whole), f1(alone, whole)]);
  }
  return {
    about: `${sentences.length} sentences of WikiANN-en dev, joined to ${texts.length} texts of ${SENTENCES_A_TEXT} (". " where one has no stop). Strict span F1 against the data set, and of the one reading against the other.`,
    columns: ['model', 'windows a text', 'sentence by sentence', 'whole texts', 'agreement'], rows, measured: [],
  };
}

/** What was found sentence by sentence, as it stands in the joined texts. */
function placed(found: readonly (readonly TypedSpan[])[], texts: readonly JoinedText[]): readonly TypedSpan[][] {
  let next = 0;
  return texts.map(({ starts }) => starts.flatMap((start) => found[next++]!.map((span) => moved(span, start))));
}

/** Rows that a text took, on average. */
async function windowsOf(service: ModelService, { model, reference }: Subject, texts: readonly JoinedText[]): Promise<string> {
  const { texts: annotations } = await service.texts.annotate({ model: reference, texts: texts.slice(0, 1).map(({ text }) => text), heads: [nameHeadOf(model)!] }, internalContext());
  return String(annotations[0]!.windows);
}
