import type { Span, Token } from '../doc';

/** Who tags: package and model. */
export const TAGGER_ENGINE = 'wink-nlp@2.4.0, wink-eng-lite-web-model@1.8.1';
/** A longer word costs the tagger time that grows faster than the word, and is no word. */
const LONGEST = 50;
const PLACEHOLDER = 'x';

interface Tags {
  readonly pos: readonly string[];
  readonly lemmas: readonly string[];
  /** What stood before each: nothing within a word that the tagger cut further. */
  readonly spaces: readonly string[];
}
type Tagger = (words: string) => Tags;
let loading: Promise<Tagger> | undefined;

/** Loads the tagger's English model (4 MB) once. */
export function tagger(): Promise<Tagger> {
  return (loading ??= load());
}

async function load(): Promise<Tagger> {
  const [{ default: winkNLP }, { default: model }] = await Promise.all([import('wink-nlp'), import('wink-eng-lite-web-model')]);
  const { readDoc, its } = winkNLP(model, ['pos']);
  const lemma = its.lemma as unknown as typeof its.value; // its declaration forgets a parameter
  return (words) => {
    const tokens = readDoc(words).tokens();
    return { pos: tokens.out(its.pos), lemmas: tokens.out(lemma), spaces: tokens.out(its.precedingSpaces) };
  };
}

/** The words with what they are and their base forms. It is given our words with a space between, so that each of its own lies within one of them. */
export function tagged(tag: Tagger, text: string, words: readonly Span[]): readonly Token[] {
  const written = words.map(({ start, end }) => (end - start > LONGEST ? PLACEHOLDER : text.slice(start, end)));
  const { pos, lemmas, spaces } = tag(written.join(' '));
  const firsts = spaces.flatMap((space, index) => (index === 0 || space !== '' ? [index] : []));
  if (firsts.length !== words.length) throw new Error(`${words.length} words were tagged as ${firsts.length}. This is a bug.`);
  return words.map(({ start, end }, index) => {
    const first = firsts[index]!;
    const isWhole = (firsts[index + 1] ?? pos.length) === first + 1 && end - start <= LONGEST;
    return { start, end, pos: isWhole ? pos[first]! : posOf(pos.slice(first, firsts[index + 1])), lemma: isWhole ? lemmas[first]! : text.slice(start, end).toLowerCase() };
  });
}

/** Of a word that the tagger cut further: what its first piece is that is no mark. */
function posOf(pieces: readonly string[]): string {
  return pieces.find((pos) => pos !== 'PUNCT' && pos !== 'SYM' && pos !== 'X') ?? pieces[0]!;
}
