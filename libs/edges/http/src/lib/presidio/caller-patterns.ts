import { RecognizerRefusedError, wordListRecognizer, type PiiRecognizer, type Sighting } from '@cortex/nlp-pipeline';
import { RE2JS, RE2JSSyntaxException } from 're2js';
import type { AdHocRecognizer } from './presidio-schemas';

/** Python's flags that RE2 has, too. */
const FLAGS: readonly (readonly [number, number])[] = [[2, RE2JS.CASE_INSENSITIVE], [8, RE2JS.MULTILINE], [16, RE2JS.DOTALL]];
const DEFAULT_FLAGS = 26;
/** Instructions; the time of a search is text times instructions at worst. */
const PROGRAM_LIMIT = 2_000;
const COST_LIMIT = 2e9;
/** All matches of one pattern in one text: RE2 promises linear time for each match, not for all of them. */
const LIMIT_MS = 2_000;

/** A caller's pattern, by an engine that no pattern makes explode. @throws RecognizerRefusedError */
export function compiled(regex: string, flags = DEFAULT_FLAGS): RE2JS {
  const pattern = compile(regex, FLAGS.reduce((sum, [theirs, ours]) => sum | (flags & theirs ? ours : 0), 0));
  if (pattern.programSize() > PROGRAM_LIMIT) throw new RecognizerRefusedError(`a pattern is larger than ${PROGRAM_LIMIT} instructions`);
  return pattern;
}

function compile(regex: string, flags: number): RE2JS {
  if (/\{\d*,?\d{4,}|(?:\{[^}]*\}[^{]*){6,}/.test(regex)) throw new RecognizerRefusedError('a pattern repeats too much: at most five counted repetitions, each below 1,000');
  try {
    return RE2JS.compile(regex, flags);
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error;
    throw new RecognizerRefusedError(`a pattern cannot be used: ${error.getDescription()} (RE2 syntax: no look-around, no back-references)`);
  }
}

/** The recognizers that an ad-hoc one stands for: patterns, and its deny list. @throws RecognizerRefusedError */
export function recognizersOf(given: AdHocRecognizer): readonly PiiRecognizer[] {
  const { supported_entity: entity, patterns, deny_list: words, deny_list_score: score } = given;
  if (!patterns?.length && !words?.length) throw new RecognizerRefusedError('Pattern recognizer should be initialized with patterns or with deny list');
  const common = { name: given.name ?? 'PatternRecognizer', entity, languages: [given.supported_language], context: (given.context ?? []).map((word) => word.toLowerCase()) };
  const forms = (patterns ?? []).map((pattern) => ({ ...pattern, regex: compiled(pattern.regex) }));
  return [
    { ...common, *sightings(text) { for (const form of forms) yield* matches(form, text); } },
    ...(words?.length ? [wordListRecognizer({ ...common, words, score })] : []),
  ];
}

interface CallerForm {
  readonly name: string;
  readonly regex: RE2JS;
  readonly score: number;
}

function* matches({ name, regex, score }: CallerForm, text: string): Generator<Sighting> {
  if (text.length * regex.programSize() > COST_LIMIT) throw new RecognizerRefusedError('a pattern is too large for a text of this length');
  const until = performance.now() + LIMIT_MS;
  const matcher = regex.matcher(text);
  while (matcher.find()) {
    if (matcher.end() > matcher.start() && score > 0) yield { start: matcher.start(), end: matcher.end(), score, pattern: name };
    if (performance.now() > until) throw new RecognizerRefusedError(`a pattern took longer than ${LIMIT_MS} ms over one text`);
  }
}
