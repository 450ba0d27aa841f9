import type { ScoredSpan } from './spans';

type Draft = { -readonly [Field in keyof ScoredSpan]: ScoredSpan[Field] };

/**
 * The findings that an anonymizer works on. Source: Presidio's AnonymizerEngine, in linear time after sorting: overlapping ones of
 * one type are joined, those inside of another are dropped (the same place: the higher score stays), those of one type with only
 * blanks between are joined. Different types may still overlap in part.
 */
export function disjoint(text: string, findings: readonly ScoredSpan[]): ScoredSpan[] {
  const sorted = findings.map(({ type, start, end, score }) => ({ type, start, end, score })).sort((one, other) => one.start - other.start || one.end - other.end);
  return joinAcrossBlanks(text, withoutContained(joinOverlapping(sorted)));
}

/** The joined one stands where the last of its parts stood. */
function joinOverlapping(sorted: readonly Draft[]): Draft[] {
  const open = new Map<string, Draft>();
  const joined = new Set<Draft>();
  for (const span of sorted) {
    const last = open.get(span.type);
    if (last && Math.min(last.end, span.end) > span.start) {
      Object.assign(span, { start: last.start, end: Math.max(last.end, span.end), score: Math.max(last.score, span.score) });
      joined.delete(last);
    }
    joined.add(span);
    open.set(span.type, span);
  }
  return [...joined];
}

function withoutContained(spans: readonly Draft[]): Draft[] {
  const outermost = new Set<Draft>();
  let furthest: Draft | undefined;
  const rank = new Map(spans.map((span, i) => [span, i]));
  const order = [...spans].sort((a, b) => a.start - b.start || b.end - a.end || b.score - a.score || rank.get(b)! - rank.get(a)!);
  for (const span of order) {
    if (furthest && span.end <= furthest.end) continue;
    outermost.add(span);
    furthest = span;
  }
  return spans.filter((span) => outermost.has(span));
}

function joinAcrossBlanks(text: string, spans: readonly Draft[]): Draft[] {
  const joined: Draft[] = [];
  for (const span of spans) {
    const last = joined.at(-1);
    if (last?.type === span.type && /^ +\n?$/.test(text.slice(last.end, span.start))) {
      joined.pop();
      span.start = last.start;
    }
    joined.push(span);
  }
  return joined;
}
