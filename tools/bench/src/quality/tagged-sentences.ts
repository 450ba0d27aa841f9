import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TypedSpan } from '../span-tally';

/** Words of a data set joined by one blank, and the entities that stand in them. */
export interface TaggedSentence {
  readonly text: string;
  readonly known: readonly TypedSpan[];
}

interface LabelledWord {
  readonly word: string;
  /** IOB2: `O`, `B-PER`, `I-PER`, … */
  readonly label: string;
}

/** What the labels of WNUT17 are called here; the others are no entity here. */
const WNUT17: Readonly<Record<string, string>> = { person: 'PER', corporation: 'ORG', group: 'ORG', location: 'LOC' };

/** Sentences of Wikipedia. */
export function readWikiann(data: string): TaggedSentence[] {
  return read(join(data, 'ner/wikiann-en/dev.tsv')).map((words) => taggedSentence(words));
}

/** Noisy user text. */
export function readWnut17(data: string): TaggedSentence[] {
  return read(join(data, 'ner/wnut17/dev.conll')).map((words) => taggedSentence(words.map(({ word, label }) => ({ word, label: ours(label) }))));
}

/** An I- that continues nothing begins an entity. */
export function taggedSentence(words: readonly LabelledWord[]): TaggedSentence {
  const known: TypedSpan[] = [];
  let place = 0;
  for (const { word, label } of words) {
    const [prefix, type] = label.split('-') as [string, string?];
    const end = place + word.length;
    const last = known.at(-1);
    if (prefix === 'I' && type !== undefined && last?.end === place - 1 && last.type === type) known[known.length - 1] = { ...last, end };
    else if (type !== undefined) known.push({ type, start: place, end });
    place = end + 1;
  }
  return { text: words.map(({ word }) => word).join(' '), known };
}

function ours(label: string): string {
  const [prefix, type = ''] = label.split('-') as [string, string?];
  return type in WNUT17 ? `${prefix}-${WNUT17[type]}` : 'O';
}

/** `word<TAB>label` a line, sentences apart by empty lines. */
function read(path: string): LabelledWord[][] {
  const sentences: LabelledWord[][] = [[]];
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const [word = '', label = ''] = line.split('\t').map(stripped);
    if (label !== '' && word !== '') sentences.at(-1)!.push({ word, label });
    else if (line.trim() === '') sentences.push([]);
  }
  return sentences.filter(({ length }) => length > 0);
}

/** As Python strips, to which a byte order mark is no white space: the trainings read it as part of a word. */
function stripped(part: string): string {
  return part.replace(/^[^\S\ufeff]+|[^\S\ufeff]+$/g, '');
}
