import { mod97 } from '../check-digits';
import { matchesOf, type PiiRecognizer, type Sighting } from '../recognizer';

/** Characters of a country's IBAN. Source: SWIFT's IBAN registry. */
const LENGTHS = new Map(
  ('AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 ' +
    'GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 ' +
    'MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 ' +
    'TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30')
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);
const BEGINNING = /(?<![A-Za-z0-9])[A-Za-z]{2}[ -]?\d{2}/g;

export const iban: PiiRecognizer = {
  name: 'IbanRecognizer',
  entity: 'IBAN_CODE',
  context: ['iban', 'bank', 'transaction', 'account', 'konto', 'cuenta', 'conto', 'rekening'],
  signs: { digits: 2 },
  *sightings(text) {
    for (const { index } of matchesOf(BEGINNING, text)) {
      const found = ibanAt(text, index);
      if (found) yield found;
    }
  },
};

/** Reads exactly as many characters as the country has, single spaces or hyphens between them, so that a word after it is no part of it. */
function ibanAt(text: string, start: number): Sighting | undefined {
  const length = LENGTHS.get(text.slice(start, start + 2).toUpperCase());
  if (length === undefined) return undefined;
  let characters = '';
  let end = start;
  for (; characters.length < length; end += 1) {
    const character = text[end] ?? '';
    if (/[A-Za-z0-9]/.test(character)) characters += character;
    else if (!/[ -]/.test(character) || /[ -]/.test(text[end - 1]!)) return undefined;
  }
  if (/[A-Za-z0-9]/.test(text[end] ?? '')) return undefined;
  return mod97(characters.slice(4) + characters.slice(0, 4)) === 1 ? { start, end, score: 1 } : undefined;
}
