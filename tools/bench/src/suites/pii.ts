import { findPii } from '@cortex/nlp-pipeline';
import { measuredDocuments } from '../pii/documents';
import { scoresOfNames, scoresOfRules } from '../pii/scores';
import { ModelService, served } from '../quality/model-service';
import { figure, type Figure } from '../report';
import type { Tally } from '../span-tally';

const REFERENCE = 'what the generator wrote, the very same place and type';

/** Beginnings of what is looked for, over and over. */
const HOSTILE = ['1', '1.', '1-', '12 ', '1234 ', 'a@a.', 'a.', 'ab:', '(212) 555-0100 ', 'DE12 ', 'http://', 'www.a.', '4111-', '1/1/', 'may 1 ', 'bc1q', '+1 ', '\u0663'];
const MEGABYTE = 1_000_000;
const ROUNDS = 3;

/** Personal data on documents that know what is in them, names where a model for them is installed; and the time of a text that wants the patterns to explode. */
export async function pii(): Promise<Figure[]> {
  const known = measuredDocuments();
  await using service = await ModelService.start();
  const rules = await scoresOfRules(service.nlp, known);
  const [tagger] = served(service.taggers);
  const names = tagger ? await scoresOfNames(service.nlp, known, { reference: tagger.reference, languages: tagger.model.languages }) : new Map<string, Tally>();
  const named = [...names].map(([type, tally]) => [type === 'all' ? 'all names' : type, tally] as const);
  return [...[...rules, ...named].flatMap(([type, tally]) => quality(type, tally)), hostile()];
}

function quality(type: string, { recall, precision, f2 }: Tally): Figure[] {
  const common = { suite: 'pii', unit: 'share', reference: REFERENCE, samples: [] };
  return [
    figure({ ...common, case: `${type}: recall`, value: recall }, { atLeast: 0.97, aim: 0.99 }),
    figure({ ...common, case: `${type}: precision`, value: precision }, { atLeast: 0.95, aim: 0.98 }),
    figure({ ...common, case: `${type}: F2`, value: f2 }, { atLeast: 0.96, aim: 0.99 }),
  ];
}

/** The worst of the texts; of each text the shortest of its rounds, since all else that a machine does only adds. */
function hostile(): Figure {
  const samples = HOSTILE.map((unit) => {
    const text = unit.repeat(MEGABYTE / unit.length);
    const twice = text.repeat(2);
    const rounds = Array.from({ length: ROUNDS }, () => ({ once: msOf(text), both: msOf(twice) }));
    return Math.min(...rounds.map(({ both }) => both)) / Math.min(...rounds.map(({ once }) => once));
  });
  const parts = { suite: 'pii', case: 'PII patterns on hostile input: 2 MB against 1 MB', value: Math.max(...samples), unit: 'times', reference: 'the same text of 1 MB', samples };
  return figure(parts, { atMost: 2.2 });
}

function msOf(text: string): number {
  const startedAt = performance.now();
  findPii(text);
  return performance.now() - startedAt;
}
