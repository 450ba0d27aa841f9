import { allSame, digitsOf, isDay, luhn, weighted } from '../check-digits';
import { alone, apart, byForms } from '../recognizer';

/** A birthday whose month tells the century, and a check digit. Source: gov.pl, PESEL. */
export const plPesel = byForms({
  name: 'PlPeselRecognizer',
  entity: 'PL_PESEL',
  languages: ['pl'],
  context: ['pesel'],
  signs: { digits: 11 },
  forms: [alone('digits', String.raw`\d{11}`, 0.5)],
  judge: (text, { score }) => (isPesel(text) ? score : 0),
});

function isPesel(digits: string): boolean {
  return isDay(Number(digits.slice(2, 4)) % 20, Number(digits.slice(4, 6))) && weighted(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0;
}

/** The eleven-test, which one number in eleven passes. Source: Rijksdienst voor Identiteitsgegevens. */
export const nlBsn = byForms({
  name: 'NlBsnRecognizer',
  entity: 'NL_BSN',
  languages: ['nl'],
  context: ['bsn', 'burgerservicenummer', 'sofinummer', 'sofi', 'citizen service number'],
  signs: { digits: 9 },
  forms: [apart('groups', String.raw`\d{4}\.\d{2}\.\d{3}|\d{3} \d{3} \d{3}`, 0.4), alone('digits', String.raw`\d{9}`, 0.3)],
  judge: (text, { score }) => (isBsn(digitsOf(text)) ? score : 0),
});

function isBsn(digits: string): boolean {
  return !allSame(digits) && weighted(digits, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0;
}

/** Sex, year, month, place, order and a key of two digits; Corsica counts 2A as 19 and 2B as 18. Source: INSEE. */
export const frNir = byForms({
  name: 'FrNirRecognizer',
  entity: 'FR_NIR',
  languages: ['fr'],
  context: ['sécurité sociale', 'securite sociale', 'nir', 'sécu', 'insee', 'assuré', 'social security'],
  signs: { digits: 14 },
  forms: [alone('groups or digits', String.raw`[12]( ?)\d{2}\1(?:0[1-9]|1[0-2]|[2-9]\d)\1\d[\dAB]\1\d{3}\1\d{3} ?\d{2}`, 0.5)],
  judge: (text) => (isNir(text.replace(/ /g, '').toUpperCase()) ? 1 : 0),
});

function isNir(code: string): boolean {
  const digits = code.slice(0, 13).replace('2A', '19').replace('2B', '18');
  return /^\d+$/.test(digits) && 97 - (Number(digits) % 97) === Number(code.slice(13));
}

/** Birthday (a coordination number adds 60 to the day) and Luhn's check over the last ten digits. Source: Skatteverket. */
export const sePersonnummer = byForms({
  name: 'SePersonnummerRecognizer',
  entity: 'SE_PERSONNUMMER',
  languages: ['sv'],
  context: ['personnummer', 'samordningsnummer', 'personal identity number', 'pnr', 'svensk id'],
  signs: { digits: 10 },
  forms: [alone('with a sign', String.raw`(?:18|19|20)?\d{6}[-+]\d{4}`, 0.9), alone('twelve digits', String.raw`(?:19|20)\d{10}`, 0.5), alone('ten digits', String.raw`\d{10}`, 0.3)],
  judge: (text, { score }) => (isPersonnummer(digitsOf(text).slice(-10)) ? score : 0),
});

function isPersonnummer(digits: string): boolean {
  const day = Number(digits.slice(4, 6));
  return isDay(Number(digits.slice(2, 4)), day > 60 ? day - 60 : day) && luhn(digits);
}
