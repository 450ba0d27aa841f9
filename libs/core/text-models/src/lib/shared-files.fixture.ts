import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const SHARED = join(__dirname, '../../../../../../shared');

export const minilm = join(SHARED, 'models/all-MiniLM-L6-v2');
export const hasMinilm = existsSync(join(minilm, 'tokenizer.json'));
/** A test that reads MiniLM's files; skipped by its name where they are absent. */
export const itWithMinilm = hasMinilm ? it : it.skip;

export interface Reference {
  readonly sentences: readonly { readonly what: string; readonly text: string; readonly input_ids: readonly number[] }[];
}

export function minilmFile(name: 'tokenizer.json'): unknown;
export function minilmFile(name: 'reference.json'): Reference;
export function minilmFile(name: string): unknown {
  return JSON.parse(readFileSync(join(minilm, name), 'utf8'));
}

const CORPORA = ['data/sentiment/sst2/train.tsv', 'data/ner/wnut17/dev.conll', 'data/retrieval/cranfield/corpus.jsonl'];

/** Lines of real text, a few thousand of each corpus. */
export function sharedLines(most: number): readonly string[] {
  return CORPORA.map((file) => join(SHARED, file))
    .filter((file) => existsSync(file))
    .flatMap((file) => readFileSync(file, 'utf8').split('\n').slice(0, most));
}
export const itWithCorpora = hasMinilm && sharedLines(1).length > 0 ? it : it.skip;
