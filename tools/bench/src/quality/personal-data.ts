import { measuredDocuments } from '../pii/documents';
import { NAME_TYPES } from '../pii/find';
import { scoresOfNames, scoresOfRules } from '../pii/scores';
import type { Tally } from '../span-tally';
import { served } from './model-service';
import type { Laboratory, Section, Topic } from './topic';

/** Personal data in documents that know what is in them. */
export const personalData: Topic = { title: 'Personal data', needs: [], measure };

async function measure({ service, most }: Laboratory): Promise<Section> {
  const known = measuredDocuments(most);
  const rules = await scoresOfRules(service.nlp, known);
  const rows = [...rules].sort(([one], [other]) => (one < other ? -1 : 1)).map(([type, tally]) => row('rules', type, tally));
  for (const { model, reference } of served(service.taggers)) {
    const names = await scoresOfNames(service.nlp, known, { reference, languages: model.languages });
    rows.push(...[...NAME_TYPES, 'all'].map((type) => row(reference, type === 'all' ? 'all names' : type, names.get(type)!)));
  }
  const { recall, precision } = rules.get('all')!;
  return {
    about: `The step \`pii\` on ${known.length} generated documents (letters, invoices, logs, chats, forms …, some in other languages); place and type must be the generator's. Names by a model, in the documents of its languages; a street with its town is one LOCATION there, however a model was taught to cut it.`,
    columns: ['by', 'type', 'there', 'recall', 'precision', 'F2'], rows,
    measured: [
      { measure: 'personal data that rules find, recall', value: recall },
      { measure: 'personal data that rules find, precision', value: precision },
    ],
  };
}

function row(by: string, type: string, { known, recall, precision, f2 }: Tally): readonly (string | number)[] {
  return [by, type, String(known), recall, precision, f2];
}
