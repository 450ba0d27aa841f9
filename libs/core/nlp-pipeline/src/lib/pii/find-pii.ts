import type { CountryCode } from 'libphonenumber-js/max';
import { withWholeAddresses } from './addresses';
import { raised, wordNear } from './context-words';
import { FoldedText } from './folded-text';
import { resolveOverlaps, type Overlaps } from './overlaps';
import type { PiiFinding } from './pii-finding';
import type { PiiRecognizer, Sighting } from './recognizer';
import { recognizersFor } from './recognizers';

export interface PiiOptions {
  /** Of the text (ISO 639-1): leaves out what is for other languages. Default: unknown, everything is looked for. */
  readonly language?: string;
  /** Only these types. Default all. */
  readonly entities?: readonly string[];
  /** Findings below are left out. Default 0.4: what form and checks vouch for, or a word beside it does. */
  readonly scoreThreshold?: number;
  /** Words that support whatever is found, as if they stood beside it. */
  readonly context?: readonly string[];
  /** Pieces of text that are no personal data here, exactly as they stand. */
  readonly allowList?: readonly string[];
  /** Recognizers of the caller's, beside those of the language. */
  readonly recognizers?: readonly PiiRecognizer[];
  /** What else was found in the text, e.g. names and places by a model. */
  readonly found?: readonly PiiFinding[];
  /** Where phone numbers without a country code may be at home. */
  readonly phoneRegions?: readonly CountryCode[];
  /** Default `best`. */
  readonly overlaps?: Overlaps;
}

/** Personal data in the text, in its order. Linear in the text's length, whatever the text. */
export function findPii(text: string, options: PiiOptions = {}): PiiFinding[] {
  const search = searchPii(text, options);
  for (let step = search.next(); ; step = search.next()) if (step.done) return step.value;
}

/** Sightings between two pauses. */
const STRETCH = 256;

/** The same, a stretch of work at a time: whoever serves others meanwhile may pause between them. What nobody wants is not kept until the end: hostile text is full of it. */
export function* searchPii(text: string, options: PiiOptions = {}): Generator<void, PiiFinding[]> {
  const folded = new FoldedText(text);
  const isWanted = wantedIn(text, options);
  const found = (options.found ?? []).filter(isWanted);
  let sightings = 0;
  for (const recognizer of withSigns(folded.text, recognizersOf(options))) {
    for (const sighting of recognizer.sightings(folded.text)) {
      const finding = findingOf(sighting, { recognizer, folded, options });
      if (isWanted(finding)) found.push(finding);
      if ((sightings += 1) % STRETCH === 0) yield;
    }
    yield;
  }
  return found.length > 0 ? resolveOverlaps(withWholeAddresses(text, found), options.overlaps ?? 'best') : [];
}

function recognizersOf({ language, entities, phoneRegions, recognizers = [] }: PiiOptions): readonly PiiRecognizer[] {
  const usual = recognizersFor(language, phoneRegions);
  const all = recognizers.length > 0 ? [...usual, ...recognizers] : usual;
  return entities ? all.filter(({ entity }) => entities.includes(entity)) : all;
}

/** Those that may find something here. */
function withSigns(text: string, recognizers: readonly PiiRecognizer[]): readonly PiiRecognizer[] {
  const most = recognizers.reduce((digits, { signs }) => Math.max(digits, signs?.digits ?? 0), 0);
  const digits = digitsIn(text, most);
  return recognizers.filter(({ signs = {} }) => digits >= (signs.digits ?? 0) && (signs.mark?.test(text) ?? true));
}

/** Counts to `most`. */
function digitsIn(text: string, most: number): number {
  let digits = 0;
  for (let at = 0; at < text.length && digits < most; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= 0x30 && code <= 0x39) digits += 1;
  }
  return digits;
}

interface Surroundings {
  readonly recognizer: PiiRecognizer;
  readonly folded: FoldedText;
  readonly options: PiiOptions;
}

function findingOf(sighting: Sighting, { recognizer, folded, options }: Surroundings): PiiFinding {
  const { score, pattern } = sighting;
  const word = score < 1 ? supportOf(sighting, { recognizer, folded, options }) : undefined;
  return {
    type: recognizer.entity,
    start: folded.startOf(sighting.start),
    end: folded.endOf(sighting.end),
    score: word === undefined ? score : raised(score),
    recognizer: recognizer.name,
    ...(pattern !== undefined && { pattern }),
    ...(word !== undefined && { support: { word, from: score } }),
  };
}

function supportOf(sighting: Sighting, { recognizer, folded, options }: Surroundings): string | undefined {
  const given = options.context?.map((word) => word.toLowerCase()) ?? [];
  return recognizer.context.find((word) => given.some((one) => one.startsWith(word))) ?? wordNear(folded.text, sighting, recognizer.context);
}

function wantedIn(text: string, { entities, scoreThreshold = 0.4, allowList = [] }: PiiOptions): (finding: PiiFinding) => boolean {
  const allowed = new Set(allowList);
  return ({ type, start, end, score }) => score >= scoreThreshold && (!entities || entities.includes(type)) && !(allowed.size > 0 && allowed.has(text.slice(start, end)));
}
