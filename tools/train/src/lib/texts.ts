import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { linesOf } from '@cortex/evaluation';

/** SST-2: `label<TAB>sentence`, a header first. */
export function readSst2(data: string): string[] {
  return linesOf(join(data, 'sentiment/sst2/train.tsv')).slice(1).map((line) => line.split('\t')[1] ?? '');
}

/** WikiANN: a token a line, sentences apart by an empty line; joined by spaces. */
export function readWikiann(data: string, part: 'train' | 'dev'): string[] {
  return readSentences(join(data, `ner/wikiann-en/${part}.tsv`));
}

/** WNUT17, user text, in the same layout. */
export function readWnut17(data: string, part: 'train' | 'dev'): string[] {
  return readSentences(join(data, `ner/wnut17/${part}.conll`));
}

function readSentences(path: string): string[] {
  const blocks = readFileSync(path, 'utf8').split(/\n\s*\n/);
  const sentences = blocks.map((block) => block.split('\n').map((line) => line.split('\t')[0]).join(' ').trim());
  return sentences.filter((sentence) => sentence !== '');
}
