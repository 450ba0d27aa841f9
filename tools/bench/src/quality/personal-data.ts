import { measuredDocuments } from '../pii/documents';
import { NAME_TYPES } from '../pii/find';
import { scoresOfRules, scoresWithNames } from '../pii/scores';
import type { Tally } from '../span-tally';
import { served } from './model-service';
import type { Laboratory, Measured, Section, Topic } from './topic';

/** Personal data in documents that know what is in them. */
export const personalData: Topic = { title: 'Personal data', needs: [], measure };

const WITH_NAMES = { recall: 'personal data with names, recall', precision: 'personal data with names, precision' };

async function measure({ service, most }: Laboratory): Promise<Section> {
  const known = measuredDocuments(most);
  const rules = await scoresOfRules(service.nlp, known);
  const rows = [...rules].sort(([one], [other]) => (one < other ? -1 : 1)).map(([type, tally]) => row('rules', type, tally));
  const together: Measured[] = [];
  for (const { model, variant, reference } of served(service.taggers)) {
    const { names, everything } = await scoresWithNames(service.nlp, known, { reference, languages: model.languages });
    rows.push(...[...NAME_TYPES, 'all'].map((type) => row(reference, type === 'all' ? 'all names' : type, names.get(type)!)), row(`${reference} and rules`, 'everything', everything));
    const by = { model: model.name, variant };
    together.push({ measure: WITH_NAMES.recall, value: everything.recall, ...by }, { measure: WITH_NAMES.precision, value: everything.precision, ...by });
  }
  const { recall, precision } = rules.get('all')!;
  return {
    about: `The step \`pii\` on ${known.length} generated documents (letters, invoices, logs, chats, forms …, some in other languages); place and type must be the generator's. Names by a model, in the documents of its languages; a street with its town is one LOCATION there, however a model was taught to cut it.`,
    columns: ['by', 'type', 'there', 'recall', 'precision', 'F2'], rows,
    measured: [
      { measure: 'personal data that rules find, recall', value: recall },
      { measure: 'personal data that rules find, precision', value: precision },
      ...together,
    ],
  };
}

function row(by: string, type: string, { known, recall, precision, f2 }: Tally): readonly (string | number)[] {
  return [by, type, String(known), recall, precision, f2];
}
