import type { CountryCode } from 'libphonenumber-js/max';
import type { PiiRecognizer } from './recognizer';
import { creditCard } from './recognizers/credit-card';
import { crypto } from './recognizers/crypto';
import { dateTime } from './recognizers/date-time';
import { email } from './recognizers/email';
import { frNir, nlBsn, plPesel, sePersonnummer } from './recognizers/europe';
import { brCpf, inAadhaar } from './recognizers/further-countries';
import { deTaxId } from './recognizers/germany';
import { iban } from './recognizers/iban';
import { ipAddress } from './recognizers/ip-address';
import { itFiscalCode } from './recognizers/italy';
import { macAddress } from './recognizers/mac-address';
import { personName } from './recognizers/person-name';
import { phone } from './recognizers/phone';
import { esNie, esNif } from './recognizers/spain';
import { streetAddress } from './recognizers/street-address';
import { ukNhs, ukNino } from './recognizers/united-kingdom';
import { medicalLicense, usBank, usItin, usPassport, usSsn } from './recognizers/united-states';
import { url } from './recognizers/url';

/** The version of the rule set, which results name: it grows with every change of what is found. */
export const PII_RULES = 'cortex-pii@3';

/** Every recognizer by form; a new one is one more name here. */
export const PII_RECOGNIZERS: readonly PiiRecognizer[] = [
  creditCard, iban, phone(), email, ipAddress, url, macAddress, crypto, dateTime, streetAddress, personName,
  usSsn, usItin, usPassport, usBank, medicalLicense, ukNhs, ukNino, inAadhaar,
  deTaxId, esNif, esNie, itFiscalCode, plPesel, nlBsn, frNir, sePersonnummer, brCpf,
];

/** Languages that some recognizers are for alone. */
const NAMED = new Set(PII_RECOGNIZERS.flatMap(({ languages = [] }) => languages));
const FOR_LANGUAGE: ReadonlyMap<string, readonly PiiRecognizer[]> = new Map(Array.from(NAMED, (language) => [language, madeFor(language)]));
const FOR_OTHERS = madeFor('');

/** What a text of this language (ISO 639-1; absent: unknown, so all) is searched with. */
export function recognizersFor(language?: string, phoneRegions?: readonly CountryCode[]): readonly PiiRecognizer[] {
  const all = language ? (FOR_LANGUAGE.get(language) ?? FOR_OTHERS) : PII_RECOGNIZERS;
  return phoneRegions ? all.map((recognizer) => (recognizer.entity === 'PHONE_NUMBER' ? phone(phoneRegions) : recognizer)) : all;
}

function madeFor(language: string): readonly PiiRecognizer[] {
  return PII_RECOGNIZERS.filter(({ languages }) => languages?.includes(language) ?? true);
}
