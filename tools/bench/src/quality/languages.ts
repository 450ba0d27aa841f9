import { internalContext } from '@cortex/kernel';
import type { Language, Nlp } from '@cortex/nlp-pipeline';
import { LANGUAGE_TEXTS, NO_LANGUAGE } from './language-texts';
import type { Section, Topic } from './topic';

interface Expected {
  readonly kind: string;
  readonly code: string;
  readonly text: string;
}

const UNKNOWN = 'unknown';
const LANGUAGES = Object.keys(LANGUAGE_TEXTS);

/** What the step `language` says of a sentence, of a few words, and of what is in no language. */
export const languages: Topic = { title: 'Languages', needs: [], measure: ({ service }) => measure(service.nlp) };

async function measure(nlp: Nlp): Promise<Section> {
  const expected = [...LANGUAGES.flatMap(textsOf), ...Object.entries(NO_LANGUAGE).flatMap(([kind, texts]) => texts.map((text) => ({ kind, code: UNKNOWN, text })))];
  const docs = await nlp.analyze(expected.map(({ text }) => text), { steps: ['language'] }, internalContext());
  const answers = expected.map((one, index) => ({ ...one, answer: (docs[index]!['language'] as Language).code }));
  const kinds = [...new Set(expected.map(({ kind }) => kind))];
  return {
    about: `The step \`language\` on texts written for this page: ${LANGUAGES.length} languages (${LANGUAGES.join(', ')}), 5 sentences and 3 phrases of two to five words each; and texts of which it should say \`unknown\`.`,
    columns: ['texts', 'how many', 'right', 'unknown', 'another language'],
    rows: kinds.map((kind) => shares(kind, answers.filter((one) => one.kind === kind))),
    notes: [...answers.filter(isMistaken).map(({ text, code, answer }) => `${code} taken for ${answer}: \`${text.replace(/\s+/g, ' ')}\``), undecided(answers)],
    measured: [],
  };
}

function textsOf(code: string): readonly Expected[] {
  const { sentences, phrases } = LANGUAGE_TEXTS[code]!;
  return [...sentences.map((text) => ({ kind: 'sentences', code, text })), ...phrases.map((text) => ({ kind: 'phrases', code, text }))];
}

interface Answered extends Expected {
  readonly answer: string;
}

function isMistaken({ code, answer }: Answered): boolean {
  return answer !== code && answer !== UNKNOWN;
}

/** In how many texts of each language none was seen. */
function undecided(answers: readonly Answered[]): string {
  const counts = LANGUAGES.map((language) => [language, answers.filter(({ code, answer }) => code === language && answer === UNKNOWN).length] as const);
  return `called unknown: ${counts.filter(([, count]) => count > 0).map(([language, count]) => `${language} ${count}`).join(', ') || 'none'}`;
}

function shares(kind: string, answers: readonly Answered[]): readonly (string | number)[] {
  const share = (holds: (one: Answered) => boolean) => answers.filter(holds).length / answers.length;
  return [kind, String(answers.length), share(({ code, answer }) => answer === code), share(({ answer }) => answer === UNKNOWN), share(isMistaken)];
}
