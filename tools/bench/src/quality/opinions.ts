import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { linesOf } from '@cortex/evaluation';
import { repositoryRoot } from '@cortex/service-process';
import { joined } from './joined-text';

export interface Opinion {
  readonly text: string;
  readonly gold: 'negative' | 'positive';
}

/** Hashes of the texts that no training of this project sees; the file says how they were made. */
const HELD_OUT = join(repositoryRoot, 'tools/bench/src/quality/sst2-held-out.txt');
const HASH_DIGITS = 8;

/** Full sentences of SST-2's train file that trainings keep out, with every phrase that stands in one of them. */
export function readHeldOutOpinions(data: string): readonly Opinion[] {
  const hashes = new Set(linesOf(HELD_OUT).filter((line) => !line.startsWith('#')));
  const opinions = new Map<string, Opinion>();
  for (const line of readFileSync(join(data, 'sentiment/sst2/train.tsv'), 'utf8').split(/\r?\n/).slice(1)) {
    const [label, written = ''] = line.split('\t');
    const text = written.trim();
    if (hashes.has(hashOf(text))) opinions.set(text, { text, gold: label === '1' ? 'positive' : 'negative' });
  }
  if (opinions.size !== hashes.size) throw new Error(`SST-2's train file has ${opinions.size} of the ${hashes.size} sentences that are held out: it is another file.`);
  return [...opinions.values()];
}

/** Texts of as many sentences of one mood as `counts` say in turn, each sentence written as prose is: with a capital and a stop. */
export function paragraphsOf(opinions: readonly Opinion[], counts: readonly number[]): readonly Opinion[] {
  return (['negative', 'positive'] as const).flatMap((gold) => {
    const sentences = opinions.filter((opinion) => opinion.gold === gold).map(({ text }) => ({ text: text.charAt(0).toUpperCase() + text.slice(1), known: [] }));
    return joined(sentences, counts).map(({ text }) => ({ text, gold }));
  });
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, HASH_DIGITS);
}
