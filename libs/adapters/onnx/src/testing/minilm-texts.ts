import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { TokenRow } from '@cortex/inference';
import { miniLmVocabulary } from './minilm';

const DATA = resolve(__dirname, '../../../../../../shared/data');
const FILES = { abstracts: 'retrieval/cranfield/corpus.jsonl', queries: 'retrieval/cranfield/queries.jsonl', sentences: 'sentiment/sst2/train.tsv' };
const CLS = 101;
const SEP = 102;
const UNKNOWN = 100;
const LONGEST = 256;

export const hasTexts = Object.values(FILES).every((file) => existsSync(join(DATA, file)));

/** Real texts as all-MiniLM-L6-v2 reads them, from all over the collections: 20 long ones, 90 questions, 90 phrases. */
export function textRows(): TokenRow[] {
  const vocabulary = new Map(readFileSync(miniLmVocabulary, 'utf8').split('\n').map((piece, id) => [piece, id]));
  const json = (line: string) => (JSON.parse(line) as { text: string }).text;
  const texts = [
    ...spread(linesOf(FILES.abstracts).map(json), 20),
    ...spread(linesOf(FILES.queries).map(json), 90),
    ...spread(linesOf(FILES.sentences).map((line) => line.split('\t')[1] ?? ''), 90),
  ];
  return texts.map((text) => ({ ids: Int32Array.from([CLS, ...wordsOf(text).flatMap((word) => piecesOf(word, vocabulary)).slice(0, LONGEST - 2), SEP]) }));
}

function linesOf(file: string): string[] {
  return readFileSync(join(DATA, file), 'utf8').trim().split('\n');
}

function spread<T>(items: readonly T[], count: number): T[] {
  return Array.from({ length: count }, (_, index) => items[Math.floor((index * items.length) / count)]!);
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu) ?? [];
}

/** The longest known piece first (WordPiece). */
function piecesOf(word: string, vocabulary: ReadonlyMap<string, number>): number[] {
  const ids: number[] = [];
  for (let start = 0; start < word.length; ) {
    const prefix = start === 0 ? '' : '##';
    let end = word.length;
    while (end > start && !vocabulary.has(prefix + word.slice(start, end))) end -= 1;
    if (end === start) return [UNKNOWN];
    ids.push(vocabulary.get(prefix + word.slice(start, end))!);
    start = end;
  }
  return ids;
}
