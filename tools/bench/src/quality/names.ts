import { internalContext } from '@cortex/kernel';
import { entitiesIn } from '@cortex/nlp-pipeline';
import { tallies, type Tally, type TypedSpan } from '../span-tally';
import { nameHeadOf, type ModelService, type Subject } from './model-service';
import { readWikiann, readWnut17 } from './tagged-sentences';
import { sampleOf, type Laboratory, type Section, type Topic } from './topic';

const TYPES = ['PER', 'ORG', 'LOC'];
const SETS = [
  { set: 'WikiANN-en dev', measure: 'WikiANN-en dev, strict span F1', read: readWikiann },
  { set: 'WNUT17 dev', measure: 'WNUT17 dev, strict span F1', read: readWnut17 },
];

/** Strict F1 of spans by type, on clean and on noisy text. */
export const names: Topic = { title: 'Names', needs: ['ner'], measure };

async function measure({ service, data, most }: Laboratory): Promise<Section> {
  const sets = SETS.map(({ read, ...rest }) => ({ ...rest, sentences: sampleOf(read(data), most) }));
  const rows: Section['rows'][number][] = [];
  const measured: Section['measured'][number][] = [];
  for (const subject of service.taggers) {
    for (const { set, measure, sentences } of sets) {
      const found = await findNames(service, subject, sentences.map(({ text }) => text));
      const scores = tallies(sentences.map(({ known }) => known), found);
      rows.push([subject.reference, set, ...[...TYPES, 'all'].map((type) => scores.get(type)?.f1 ?? 0), ...precisionAndRecall(scores.get('all')!)]);
      measured.push({ measure, value: scores.get('all')!.f1, model: subject.model.name, variant: subject.variant });
    }
  }
  const sizes = sets.map(({ set, sentences }) => `${set} (${sentences.length} sentences, ${sentences.reduce((sum, { known }) => sum + known.length, 0)} names)`);
  return {
    about: `Strict span F1: place and type must be the data set's. ${sizes.join(', ')}; WNUT17's corporation and group are ORG, its other types are left out. A text is its words joined by one blank.`,
    columns: ['model', 'set', ...TYPES, 'all', 'precision', 'recall'], rows, measured,
  };
}

function precisionAndRecall({ precision, recall }: Tally): readonly number[] {
  return [precision, recall];
}

/** The names of each text as the step `entities` gives them, of the types that the data sets have. */
export async function findNames(service: ModelService, { model, reference }: Subject, texts: readonly string[]): Promise<readonly TypedSpan[][]> {
  const head = nameHeadOf(model)!;
  const { texts: annotations } = await service.texts.annotate({ model: reference, texts, heads: [head] }, internalContext());
  return annotations.map(({ spans }, index) =>
    entitiesIn(texts[index]!, spans[head]!.filter(({ label }) => TYPES.includes(label))).map(({ label, start, end }) => ({ type: label, start, end })),
  );
}
