/** Something that looks like an entity. Offsets are those of the folded text that was searched. */
export interface Sighting {
  readonly start: number;
  readonly end: number;
  /** 0..1, before the words around it are looked at. */
  readonly score: number;
  readonly pattern?: string;
}

/** What is found in a text at a glance. */
export interface Signs {
  /** At least so many digits in the whole text. */
  readonly digits?: number;
  /** Somewhere, this; without the flag `g`. */
  readonly mark?: RegExp;
}

/** Finds one kind of entity by its form. */
export interface PiiRecognizer {
  /** Presidio's name where it has one. */
  readonly name: string;
  readonly entity: string;
  /** Languages (ISO 639-1) whose texts it is for; absent: all. */
  readonly languages?: readonly string[];
  /** Lower-case words or phrases that, near a sighting, raise its score; plurals count, and the beginnings of words for six letters and more. */
  readonly context: readonly string[];
  /** What all its sightings have: texts without it are not searched. Absent: any text may hold one. */
  readonly signs?: Signs;
  /** In time linear in the text, whatever the text. */
  sightings(text: string): Iterable<Sighting>;
}

/**
 * One way to write an entity. Linear time is the author's promise, and kept by two rules: a match has a greatest length
 * (no `*`, no `+`, no `{n,}`), and neighbouring parts that may repeat share no character.
 */
export interface Form {
  readonly name: string;
  /** With the flag `g`. */
  readonly regex: RegExp;
  readonly score: number;
}

export interface Forms extends Omit<PiiRecognizer, 'sightings'> {
  readonly forms: readonly Form[];
  /** The score of what has the form: 0 is not an entity at all. Default the form's own score. */
  readonly judge?: (text: string, form: Form) => number;
}

/** Most names are forms and a check. */
export function byForms({ forms, judge, ...recognizer }: Forms): PiiRecognizer {
  return {
    ...recognizer,
    *sightings(text) {
      for (const form of forms) yield* matches(text, form, judge);
    },
  };
}

function* matches(text: string, form: Form, judge: Forms['judge']): Generator<Sighting> {
  for (let from = 0; ;) {
    const match = matchFrom(form.regex, text, from);
    if (!match) return;
    const end = form.regex.lastIndex;
    const score = judge ? judge(match[0], form) : form.score;
    from = score > 0 ? end : match.index + 1; // what begins inside of one that is none may be one
    if (score > 0) yield { start: match.index, end, score, pattern: form.name };
  }
}

/** All matches, none of them empty. As `matchAll`, which copies the expression first: for a short text that takes longer than the search. */
export function* matchesOf(regex: RegExp, text: string): Generator<RegExpExecArray> {
  for (let match = matchFrom(regex, text, 0); match; match = matchFrom(regex, text, match.index + match[0].length)) yield match;
}

/** The place is the caller's, so that many searches, each a stretch at a time, share one expression. */
function matchFrom(regex: RegExp, text: string, from: number): RegExpExecArray | null {
  regex.lastIndex = from;
  return regex.exec(text);
}

/** What may not stand right before and right after a number: it would be a part of a longer one, or of a word. */
export const BEFORE = String.raw`(?<!\w|\d[.-])`;
export const AFTER = String.raw`(?!\w|[.-]\d)`;

/** A form that stands alone, as a number or word of its own. */
export function alone(name: string, source: string, score: number): Form {
  return { name, regex: new RegExp(`${BEFORE}(?:${source})${AFTER}`, 'gi'), score };
}

/** Groups of digits that stand alone: no further group before or after them, which would make them a part of another number. */
export function apart(name: string, source: string, score: number): Form {
  return { name, regex: new RegExp(String.raw`(?<!\w|\d[ .-])(?:${source})(?!\w|[ .-]\d)`, 'gi'), score };
}
