/** Rows of one band are compared at once: texts that share four fifths of their shingles share a band all but surely, those that share a third seldom. */
const BANDS = 32;
const ROWS = 4;
const SHINGLE = 3;
const { imul } = Math;

/** What near-duplicates are found by: the text's runs of three words as hashes, and how they fall into bands. */
export interface Sketch {
  readonly shingles: ReadonlySet<number>;
  /** One key a band; equal ones make two texts candidates. None for a text without words. */
  readonly bands: readonly string[];
}

/** Source: Broder, On the resemblance and containment of documents, 1997; Leskovec et al., Mining of Massive Datasets, chapter 3. */
export function sketchOf(words: readonly string[]): Sketch {
  const shingles = shinglesOf(words);
  if (shingles.size === 0) return { shingles, bands: [] };
  const least = new Uint32Array(BANDS * ROWS).fill(0xffff_ffff);
  for (const shingle of shingles) {
    for (let at = 0; at < least.length; at += 1) {
      const mixed = mix(shingle ^ SEEDS[at]!);
      if (mixed < least[at]!) least[at] = mixed;
    }
  }
  return { shingles, bands: Array.from({ length: BANDS }, (_, band) => `${band}:${least.slice(band * ROWS, (band + 1) * ROWS).join()}`) };
}

/** How much of what either holds both hold, 0..1. */
export function resemblance({ shingles: a }: Sketch, { shingles: b }: Sketch): number {
  if (a.size > b.size) return resemblance({ shingles: b, bands: [] }, { shingles: a, bands: [] });
  let both = 0;
  for (const shingle of a) if (b.has(shingle)) both += 1;
  return both === 0 ? 0 : both / (a.size + b.size - both);
}

function shinglesOf(words: readonly string[]): ReadonlySet<number> {
  const hashes = words.map(hash);
  const length = Math.min(SHINGLE, hashes.length);
  const shingles = new Set<number>();
  for (let end = length; end <= hashes.length && length > 0; end += 1) shingles.add(hashes.slice(end - length, end).reduce((all, one) => mix(imul(all, 31) ^ one), length));
  return shingles;
}

/** FNV-1a over UTF-16 units. */
function hash(word: string): number {
  let value = 0x811c_9dc5;
  for (let index = 0; index < word.length; index += 1) value = imul(value ^ word.charCodeAt(index), 0x0100_0193);
  return value >>> 0;
}

/** The last steps of MurmurHash3: every bit of the input moves half of the output's. */
function mix(value: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = imul(mixed, 0x85eb_ca6b);
  mixed = imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

const SEEDS = Uint32Array.from({ length: BANDS * ROWS }, (_, index) => mix(imul(index + 1, 0x9e37_79b9)));
