import { findPii } from '@cortex/nlp-pipeline';
import { measuredDocuments } from '../pii/documents';
import { scoresOfRules, scoresWithNames } from '../pii/scores';
import { ModelService, served } from '../quality/model-service';
import { figure, type Figure } from '../report';
import type { Tally } from '../span-tally';

const REFERENCE = 'what the generator wrote, the very same place and type';

/** Beginnings of what is looked for, over and over. */
const HOSTILE = ['1', '1.', '1-', '12 ', '1234 ', 'a@a.', 'a.', 'ab:', '(212) 555-0100 ', 'DE12 ', 'http://', 'www.a.', '4111-', '1/1/', 'may 1 ', 'bc1q', '+1 ', '\u0663'];
const MEGABYTE = 1_000_000;
const ROUNDS = 5;

/** Personal data on documents that know what is in them, names where a model for them is installed; and the time of a text that wants the patterns to explode. */
export async function pii(): Promise<Figure[]> {
  const known = measuredDocuments();
  await using service = await ModelService.start();
  const rules = await scoresOfRules(service.nlp, known);
  const [tagger] = served(service.taggers);
  const together = tagger && (await scoresWithNames(service.nlp, known, { reference: tagger.reference, languages: tagger.model.languages }));
  const named = together ? [...[...together.names].map(([type, tally]) => [type === 'all' ? 'all names' : type, tally] as const), ['everything, names too', together.everything] as const] : [];
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

/** The worst of the texts. */
function hostile(): Figure {
  const samples = growths((text) => findPii(text));
  const control = Math.max(...growths(sumOf));
  const reference = `the same text of 1 MB; a plain loop over its characters gave ${control.toFixed(2)} at worst`;
  const parts = { suite: 'pii', case: 'PII patterns on hostile input: 2 MB against 1 MB', value: Math.max(...samples), unit: 'times', reference, samples };
  return figure(parts, { atMost: 2.2 });
}

/** By text the time of 2 MB by that of 1 MB, of each the shortest of its rounds, since all else that a machine does only adds. */
function growths(read: (text: string) => unknown): number[] {
  return HOSTILE.map((unit) => {
    const text = unit.repeat(MEGABYTE / unit.length);
    const twice = text.repeat(2);
    const rounds = Array.from({ length: ROUNDS }, () => ({ once: msOf(read, text), both: msOf(read, twice) }));
    return Math.min(...rounds.map(({ both }) => both)) / Math.min(...rounds.map(({ once }) => once));
  });
}

function sumOf(text: string): number {
  let sum = 0;
  for (let at = 0; at < text.length; at += 1) sum += text.charCodeAt(at);
  return sum;
}

function msOf(read: (text: string) => unknown, text: string): number {
  const startedAt = performance.now();
  read(text);
  return performance.now() - startedAt;
}
