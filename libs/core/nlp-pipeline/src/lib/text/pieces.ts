import { sentencesOf } from '@cortex/text-models';

/** How far before its limit a piece may end so that it ends at white space. */
const SLACK = 0.25;

/** The text in pieces of at most `limit` UTF-16 units, cut between sentences where they are short enough, then at white space, never within a pair. */
export function piecesOf(text: string, limit: number): string[] {
  const pieces: string[] = [];
  let start = 0;
  let end = 0;
  for (const sentence of sentencesOf(text)) {
    if (sentence.end - start > limit && end > start) {
      pieces.push(text.slice(start, end));
      start = sentence.start;
    }
    for (; sentence.end - start > limit; start = end) {
      end = cutBefore(text, start, limit);
      pieces.push(text.slice(start, end));
    }
    end = sentence.end;
  }
  if (end > start) pieces.push(text.slice(start, end));
  return pieces.length === 0 ? [text] : pieces;
}

function cutBefore(text: string, start: number, limit: number): number {
  const most = start + limit;
  const slack = text.slice(most - Math.floor(limit * SLACK), most);
  const space = slack.search(/\s\S*$/);
  if (space >= 0) return most - slack.length + space + 1;
  return limit > 1 && /[\udc00-\udfff]/.test(text[most] ?? '') && /[\ud800-\udbff]/.test(text[most - 1]!) ? most - 1 : most;
}
