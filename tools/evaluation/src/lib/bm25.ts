const K1 = 1.5;
const B = 0.75;

interface Posting {
  readonly document: number;
  readonly count: number;
}

/**
 * BM25 as Lucene scores it (Robertson's formula, idf = ln(1 + (N - n + 0.5) / (n + 0.5))),
 * k1 = 1.5, b = 0.75; words are runs of letters and digits in lower case, no stemming, no stop words.
 */
export class Bm25 {
  private readonly postings = new Map<string, Posting[]>();
  private readonly lengths: number[] = [];
  private readonly meanLength: number;

  constructor(documents: readonly string[]) {
    documents.forEach((document, index) => this.add(document, index));
    this.meanLength = this.lengths.reduce((sum, length) => sum + length, 0) / this.lengths.length;
  }

  /** One score for each document. */
  scores(query: string): Float64Array {
    const scores = new Float64Array(this.lengths.length);
    for (const word of wordsOf(query)) {
      const postings = this.postings.get(word) ?? [];
      const idf = Math.log(1 + (this.lengths.length - postings.length + 0.5) / (postings.length + 0.5));
      for (const { document, count } of postings) {
        const length = this.lengths[document]! / this.meanLength;
        scores[document]! += (idf * count) / (count + K1 * (1 - B + B * length));
      }
    }
    return scores;
  }

  private add(text: string, document: number): void {
    const words = wordsOf(text);
    const counts = new Map<string, number>();
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
    for (const [word, count] of counts) {
      const postings = this.postings.get(word) ?? [];
      postings.push({ document, count });
      this.postings.set(word, postings);
    }
    this.lengths.push(words.length);
  }
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
