import { digitsOf, luhn } from '../check-digits';
import { alone, byForms } from '../recognizer';

/** First digits and lengths. Source: ISO/IEC 7812 ranges as the networks publish them. */
const NETWORKS: readonly (readonly [RegExp, readonly number[]])[] = [
  [/^4/, [13, 16, 19]], // Visa
  [/^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, [16]], // Mastercard
  [/^3[47]/, [15]], // American Express
  [/^3(?:0[0-59]|[689])/, [14, 16, 17, 18, 19]], // Diners Club
  [/^35(?:2[89]|[3-8])/, [16, 17, 18, 19]], // JCB
  [/^(?:6011|64[4-9]|65|62)/, [16, 17, 18, 19]], // Discover, UnionPay
  [/^(?:50[1-3]|5[6-8]|6304|6759|676[1-3])/, [13, 15, 16, 18, 19]], // Maestro
  [/^220[0-4]/, [16, 17, 18, 19]], // Mir
];

export const creditCard = byForms({
  name: 'CreditCardRecognizer',
  entity: 'CREDIT_CARD',
  context: ['credit', 'debit', 'card', 'visa', 'mastercard', 'cc', 'amex', 'american express', 'discover', 'jcb', 'diners', 'maestro', 'karte', 'tarjeta', 'carta'],
  signs: { digits: 13 },
  forms: [
    alone('digits', String.raw`[2-6]\d{12,18}`, 0.3),
    alone('groups of four', String.raw`[2-6]\d{3}([ -])\d{4}\1\d{4}\1\d{4}`, 0.3),
    alone('groups of four and three', String.raw`[2-6]\d{3}([ -])\d{4}\1\d{4}\1\d{4}\1\d{3}`, 0.3),
    alone('four, six and the rest', String.raw`3\d{3}([ -])\d{6}\1\d{4,5}`, 0.3),
  ],
  judge: (text) => (isCard(digitsOf(text)) ? 1 : 0),
});

function isCard(digits: string): boolean {
  return NETWORKS.some(([first, lengths]) => lengths.includes(digits.length) && first.test(digits)) && luhn(digits);
}
