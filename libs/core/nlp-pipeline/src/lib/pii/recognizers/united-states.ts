import { allSame, digitsOf } from '../check-digits';
import { alone, apart, byForms } from '../recognizer';

/** Numbers that were printed in advertisements and examples. */
const NEVER_ISSUED = new Set(['123456789', '078051120', '219099999', '987654321']);

/** Source: Social Security Administration, areas 000, 666 and from 900 are never issued, nor group 00 and serial 0000. */
export const usSsn = byForms({
  name: 'UsSsnRecognizer',
  entity: 'US_SSN',
  languages: ['en'],
  context: ['social', 'security', 'ssn', 'ssns', 'ss#', 'ssid'],
  signs: { digits: 9 },
  forms: [apart('groups', String.raw`\d{3}([- .])\d{2}\1\d{4}`, 0.5), alone('two groups', String.raw`\d{5}-\d{4}|\d{3}-\d{6}`, 0.05), alone('digits', String.raw`\d{9}`, 0.05)],
  judge: (text, { score }) => (/^(?:000|666|9)|^...00|0000$/.test(digitsOf(text)) || isSample(digitsOf(text)) ? 0 : score),
});

function isSample(digits: string): boolean {
  return allSame(digits) || NEVER_ISSUED.has(digits);
}

const ITIN_GROUP = '(?:5\\d|6[0-5]|7\\d|8[0-8]|9[0-24-9])';

/** Source: Internal Revenue Service, the groups in use. */
export const usItin = byForms({
  name: 'UsItinRecognizer',
  entity: 'US_ITIN',
  languages: ['en'],
  context: ['individual taxpayer', 'taxpayer', 'itin', 'tax id', 'taxid', 'tin'],
  signs: { digits: 9 },
  forms: [alone('groups', String.raw`9\d{2}([- ])${ITIN_GROUP}\1\d{4}`, 0.5), alone('digits', String.raw`9\d{2}${ITIN_GROUP}\d{4}`, 0.3)],
});

export const usPassport = byForms({
  name: 'UsPassportRecognizer',
  entity: 'US_PASSPORT',
  languages: ['en'],
  context: ['passport', 'travel document'],
  signs: { digits: 8 },
  forms: [alone('digits', String.raw`\d{9}`, 0.05), alone('next generation', String.raw`[A-Z]\d{8}`, 0.1)],
});

export const usBank = byForms({
  name: 'UsBankRecognizer',
  entity: 'US_BANK_NUMBER',
  languages: ['en'],
  context: ['bank', 'check', 'account', 'acct', 'savings', 'debit', 'checking'],
  signs: { digits: 8 },
  forms: [alone('digits', String.raw`\d{8,17}`, 0.05)],
});

/** Source: Drug Enforcement Administration, the check digit of registration numbers. */
export const medicalLicense = byForms({
  name: 'MedicalLicenseRecognizer',
  entity: 'MEDICAL_LICENSE',
  languages: ['en'],
  context: ['medical', 'certificate', 'dea', 'license', 'prescriber'],
  signs: { digits: 7 },
  forms: [alone('DEA', String.raw`[abcdefghjklmprstux][a-z9]-?\d{7}`, 0.4)],
  judge: (text) => {
    const [a, b, c, d, e, f, check] = digitsOf(text.slice(2)).split('').map(Number) as [number, number, number, number, number, number, number];
    return (a + c + e + 2 * (b + d + f)) % 10 === check ? 1 : 0;
  },
});
