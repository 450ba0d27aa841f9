import { alone, byForms } from '../recognizer';

/** What a character counts at an odd place, digits and letters in order. Source: D.M. 23 December 1976. */
const ODD_DIGITS = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21];
const ODD_LETTERS = [...ODD_DIGITS, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
/** Digits may be letters where two people would share a code (omocodia). */
const DIGIT = '[\\dLMNP-V]';

export const itFiscalCode = byForms({
  name: 'ItFiscalCodeRecognizer',
  entity: 'IT_FISCAL_CODE',
  languages: ['it'],
  context: ['codice fiscale', 'cf', 'c.f.', 'fiscale'],
  signs: { mark: /\w{16}/ },
  forms: [alone('code', `[A-Z]{6}${DIGIT}{2}[A-EHLMPRST]${DIGIT}{2}[A-Z]${DIGIT}{3}[A-Z]`, 0.3)],
  judge: (text) => (checkLetter(text.toUpperCase()) === text.at(-1)!.toUpperCase() ? 1 : 0),
});

function checkLetter(code: string): string {
  let sum = 0;
  for (let i = 0; i < 15; i += 1) {
    const value = Number.parseInt(code[i]!, 36);
    const place = value < 10 ? value : value - 10;
    sum += i % 2 === 1 ? place : (value < 10 ? ODD_DIGITS : ODD_LETTERS)[place]!;
  }
  return String.fromCharCode(65 + (sum % 26));
}
