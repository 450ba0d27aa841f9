import { allSame, digitsOf, verhoeff, weighted } from '../check-digits';
import { alone, apart, byForms } from '../recognizer';

/** Two check digits. Source: Receita Federal. */
export const brCpf = byForms({
  name: 'BrCpfRecognizer',
  entity: 'BR_CPF',
  languages: ['pt'],
  context: ['cpf', 'cadastro de pessoas', 'contribuinte'],
  signs: { digits: 11 },
  forms: [alone('groups', String.raw`\d{3}\.\d{3}\.\d{3}-\d{2}`, 1), alone('digits', String.raw`\d{9}-?\d{2}`, 0.5)],
  judge: (text, { score }) => (isCpf(digitsOf(text)) ? score : 0),
});

function isCpf(digits: string): boolean {
  const first = (10 * weighted(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2])) % 11 % 10;
  const second = (10 * weighted(digits, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2])) % 11 % 10;
  return !allSame(digits) && first === Number(digits[9]) && second === Number(digits[10]);
}

/** Source: UIDAI; a number begins with 2 to 9 and is no palindrome. */
export const inAadhaar = byForms({
  name: 'InAadhaarRecognizer',
  entity: 'IN_AADHAAR',
  languages: ['en', 'hi'],
  context: ['aadhaar', 'aadhar', 'uidai', 'uid'],
  signs: { digits: 12 },
  forms: [apart('groups', String.raw`[2-9]\d{3}([ -])\d{4}\1\d{4}`, 0.5), alone('digits', String.raw`[2-9]\d{11}`, 0.3)],
  judge: (text, { score }) => (isAadhaar(digitsOf(text)) ? score : 0),
});

function isAadhaar(digits: string): boolean {
  return digits !== digits.split('').reverse().join('') && verhoeff(digits);
}
