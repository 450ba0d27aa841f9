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
import { phone } from './recognizers/phone';
import { esNie, esNif } from './recognizers/spain';
import { ukNhs, ukNino } from './recognizers/united-kingdom';
import { medicalLicense, usBank, usItin, usPassport, usSsn } from './recognizers/united-states';
import { url } from './recognizers/url';

/** The version of the rule set, which results name: it grows with every change of what is found. */
export const PII_RULES = 'cortex-pii@1';

/** Every recognizer by form; a new one is one more name here. */
export const PII_RECOGNIZERS: readonly PiiRecognizer[] = [
  creditCard, iban, phone(), email, ipAddress, url, macAddress, crypto, dateTime,
  usSsn, usItin, usPassport, usBank, medicalLicense, ukNhs, ukNino, inAadhaar,
  deTaxId, esNif, esNie, itFiscalCode, plPesel, nlBsn, frNir, sePersonnummer, brCpf,
];

/** What a text of this language (ISO 639-1; absent: unknown, so all) is searched with. */
export function recognizersFor(language?: string, phoneRegions?: readonly CountryCode[]): readonly PiiRecognizer[] {
  return PII_RECOGNIZERS.filter(({ languages }) => !language || !languages || languages.includes(language)).map((recognizer) =>
    phoneRegions && recognizer.entity === 'PHONE_NUMBER' ? phone(phoneRegions) : recognizer,
  );
}
