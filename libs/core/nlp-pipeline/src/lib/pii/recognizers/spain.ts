import { digitsOf } from '../check-digits';
import { alone, byForms } from '../recognizer';

/** The letter of a number is that at its remainder by 23. Source: Ministerio del Interior. */
const LETTERS = 'TRWAGMYFPDXBNJZSQVHLCKE';

export const esNif = byForms({
  name: 'EsNifRecognizer',
  entity: 'ES_NIF',
  languages: ['es'],
  context: ['documento nacional de identidad', 'dni', 'nif', 'identificación', 'identidad'],
  signs: { digits: 7 },
  forms: [alone('digits and letter', String.raw`\d{7,8}[- ]?[A-Z]|\d{1,2}\.\d{3}\.\d{3}[- ]?[A-Z]`, 0.5)],
  judge: (text) => (hasLetter(text, digitsOf(text)) ? 1 : 0),
});

export const esNie = byForms({
  name: 'EsNieRecognizer',
  entity: 'ES_NIE',
  languages: ['es'],
  context: ['número de identificación de extranjero', 'extranjero', 'nie'],
  signs: { digits: 7 },
  forms: [alone('letter, digits and letter', String.raw`[XYZ][- ]?\d{7}[- ]?[A-Z]`, 0.5)],
  judge: (text) => (hasLetter(text, 'XYZ'.indexOf(text[0]!.toUpperCase()) + digitsOf(text)) ? 1 : 0),
});

function hasLetter(text: string, digits: string): boolean {
  return LETTERS[Number(digits) % LETTERS.length] === text.at(-1)!.toUpperCase();
}
