import { allSame, digitsOf, weighted } from '../check-digits';
import { alone, apart, byForms } from '../recognizer';

/** One number in eleven passes the check: digits alone need a word beside them. Source: NHS data dictionary. */
export const ukNhs = byForms({
  name: 'NhsRecognizer',
  entity: 'UK_NHS',
  languages: ['en'],
  context: ['national health service', 'nhs', 'health service', 'health authority', 'patient'],
  signs: { digits: 10 },
  forms: [apart('groups', String.raw`\d{3} \d{3} \d{4}`, 0.5), alone('digits', String.raw`\d{3}-?\d{3}-?\d{4}`, 0.3)],
  judge: (text, { score }) => (isNhs(digitsOf(text)) ? score : 0),
});

function isNhs(digits: string): boolean {
  return !allSame(digits) && weighted(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0;
}

/** Source: HMRC's manual NIM39110. */
export const ukNino = byForms({
  name: 'UkNinoRecognizer',
  entity: 'UK_NINO',
  languages: ['en'],
  context: ['national insurance', 'ni number', 'nino', 'insurance number'],
  signs: { digits: 6 },
  forms: [alone('prefix, digits, suffix', String.raw`(?!BG|GB|NK|KN|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]([ -]?)\d{2}\1\d{2}\1\d{2}\1[A-D]`, 0.5)],
});
