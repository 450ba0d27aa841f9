import { digitsOf, mod11of10 } from '../check-digits';
import { alone, apart, byForms } from '../recognizer';

/** Source: Bundeszentralamt für Steuern, § 139b AO: no digit of the first ten more than three times. */
export const deTaxId = byForms({
  name: 'DeTaxIdRecognizer',
  entity: 'DE_TAX_ID',
  languages: ['de'],
  context: ['steueridentifikationsnummer', 'steuer-id', 'steuerid', 'steuerliche', 'identifikationsnummer', 'idnr', 'id-nr', 'steuer', 'tax id', 'tin'],
  signs: { digits: 11 },
  forms: [apart('groups', String.raw`[1-9]\d ?\d{3} \d{3} \d{3}`, 0.5), alone('digits', String.raw`[1-9]\d{10}`, 0.3)],
  judge: (text, { score }) => (isTaxId(digitsOf(text)) ? score : 0),
});

function isTaxId(digits: string): boolean {
  const counts = new Map<string, number>();
  for (const digit of digits.slice(0, 10)) counts.set(digit, (counts.get(digit) ?? 0) + 1);
  return Math.max(...counts.values()) <= 3 && mod11of10(digits);
}
