import * as fc from 'fast-check';
import { luhn, mod97, verhoeff } from './check-digits';
import { findPii } from './find-pii';
import { PII_RECOGNIZERS } from './recognizers';

/** By entity: texts whose marked part (between « and ») is it. */
const FOUND: Readonly<Record<string, readonly string[]>> = {
  CREDIT_CARD: ['«4111 1111 1111 1111»', 'paid by «378282246310005».', '«3782-822463-10005»', '4111 1111 1111 1111 123'.replace(/^(.{19})/, '«$1»'), '«5555555555554444»', 'a,«6011111111111117»,12/27', '«30569309025904»'],
  IBAN_CODE: ['«DE89 3704 0044 0532 0130 00» und', '«GB29NWBK60161331926819»', '«FR14 2004 1010 0505 0001 3M02 606», thanks', '«NL91-ABNA-0417-1643-00»', 'iban: «de89370400440532013000»'],
  PHONE_NUMBER: ['«(415) 555-2671»', 'call «+44 20 7946 0958» now', '«+49 (0)30 901820»', 'tel «030/901820-12»', '«415.555.2671» ext', 'Mobile: «98765 43210»', '«+1 415 555 2671 ext. 33»', '«212-555-0100» or', 'Fax «4155552671»'],
  EMAIL_ADDRESS: ["«jane.o'hara+news@mail.example.co.uk»", '<«a@b.de»>', 'mailto:«x_y@example.org».', '«jörg@müller.de»', "'«me@example.com»'", 'email=«me@xn--bcher-kva.example»'],
  IP_ADDRESS: ['«192.168.0.1»', 'from «10.1.2.0/24»,', '«2001:db8::8a2e:370:7334»', '«::ffff:192.0.2.1»', '«fe80::1%eth0»', '(«2001:0db8:85a3:0000:0000:8a2e:0370:7334»)'],
  URL: ['see «https://example.com/a?b=c».', '(«http://en.wikipedia.org/wiki/Foo_(bar)»', '«www.example.org»', 'visit «shop.example.co.uk/x» today', '«http://[2001:db8::1]:8080/»'],
  MAC_ADDRESS: ['«00:1B:44:11:3A:B7»', '«00-1b-44-11-3a-b7»', '«001b.4411.3ab7»'],
  CRYPTO: ['«1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa»', '«3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy»', '«bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq»', '«bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0»'],
  DATE_TIME: ['on «2024-02-29»', '«12/31/1999»', '«31.12.1999»', 'born «12 March 1984»', '«March 3rd, 2024 at 2:30 pm», we', '«2024-05-01T12:00:00Z»', '«5-Jan-24»'],
  US_SSN: ['«536-22-1234»', 'SSN «536221234»', 'ssn: «536 22 1234»'],
  US_ITIN: ['«912-70-1234»', 'ITIN «912 90 1234»'],
  US_PASSPORT: ['passport no. «C01234567»', 'passport «912345678»'],
  US_BANK_NUMBER: ['bank account «945456787654»'],
  MEDICAL_LICENSE: ['DEA «BB1388568»'],
  UK_NHS: ['NHS «943 476 5919»', 'patient «9434765919»'],
  UK_NINO: ['«AB 12 34 56 C»', 'ni number «ab123456c»'],
  IN_AADHAAR: ['aadhaar «2341 2341 2346»'],
  DE_TAX_ID: ['«86 095 742 719»', 'Steuer-ID «86095742719»'],
  ES_NIF: ['«12345678Z»', 'DNI «12.345.678-Z»'],
  ES_NIE: ['«X1234567L»', 'NIE «Y-1234567-X»'],
  IT_FISCAL_CODE: ['«RSSMRA85T10A562S»'],
  PL_PESEL: ['PESEL «44051401359»'],
  NL_BSN: ['BSN «111222333»', 'bsn: «1112.22.333»'],
  FR_NIR: ['«2 55 08 14 168 025 38»', 'NIR «255081416802538»', '«1 85 12 2A 004 123 71»'],
  SE_PERSONNUMMER: ['«811228-9874»', '«19811228-9874»', 'personnummer «198112289874»'],
  BR_CPF: ['«529.982.247-25»', 'CPF «52998224725»'],
  LOCATION: [
    'lives at «221B Baker Street», since', 'lives at «12 Oak Street». London', 'at «4 Elm Ave.», and', '«1600 Pennsylvania Ave NW, Suite 4»', '«12 OAK ROAD»', 'to «Flat 3, 9-11 Mill Hill» or', '«7 W. 42nd St.»', '«40 Kingsway», the', '«P.O. Box 118»', 'at «1918 Elm Street»',
    '«12 Oak Street, Springfield, IL 62704»', '«12 Oak Street\nSpringfield IL 62704-1234»', 'at «10 Downing Street, London SW1A 2AA».', '«5 Church Lane, MA 02139» now', '«12 Oak Street»\nOrder 12345',
  ],
  PERSON: [
    'Dear «Amelia Whitfield»,', 'Hello, my name is «Saoirse van der Berg» and I wrote', 'My name’s «Noor». Can', 'Hi «Zoë»!\nyour', 'ask Dr. «Kwame Mensah» about', 'Mrs «O\'Connell» said', 'Name: «Anne-Marie van der Berg»\nAge', 'BILL TO: «Noah Jansen», Leeds', 'id; Patient: «J. R. Tanaka»', 'To: «Elif van-Dijk» (home)',
  ],
};

/** What looks like an entity, but breaks one of its rules. */
const NOT_FOUND: Readonly<Record<string, readonly string[]>> = {
  CREDIT_CARD: ['4111 1111 1111 1112', '9111111111111111', '0.4111111111111111', '41111111111111111111', 'x4111111111111111'],
  IBAN_CODE: ['DE88 3704 0044 0532 0130 00', 'XX89 3704 0044 0532 0130 00', 'DE89 3704 0044 0532 0130 0', 'DE89  3704 0044 0532 0130 00'],
  PHONE_NUMBER: ['2024-05-17', '123-45-67', '1.234.567', '10.0.0.1', '+999 123', 'order 4155552671', '17.05.2024'],
  EMAIL_ADDRESS: ['a@b', '@example.com', 'x@.com', 'me@example.c', 'name.@example.com'],
  IP_ADDRESS: ['256.1.1.1', '1.2.3', '1.2.3.4.5', 'version 1.2.3.4', '12:30:45', 'std::vector', 'a::b', '1::2::3'],
  URL: ['README.md', 'end.It was', 'a.b', 'e.g.', 'main.py', 'http://', 'me@example.com'],
  MAC_ADDRESS: ['00:1B:44:11:3A', '00:1B-44:11:3A:B7', 'ff:ff:ff:ff:ff:ff', '00:1B:44:11:3A:B7:01'],
  CRYPTO: ['1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb', 'bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdp'],
  DATE_TIME: ['32.12.1999', '2024-13-01', '1.2.3', '10/20', '3/4'],
  US_PASSPORT: ['912345678', 'passport 91234567'],
  US_BANK_NUMBER: ['945456787654', 'account 1234567'],
  US_SSN: ['000-22-1234', '666-22-1234', '912-22-1234', '536-00-1234', '536-22-0000', 'SSN 078-05-1120', 'SSN 111-11-1111', '536-22 1234'],
  US_ITIN: ['912-69-1234', '812-70-1234'],
  MEDICAL_LICENSE: ['DEA BB1388567'],
  UK_NHS: ['NHS 943 476 5918', 'order 9434765919'],
  UK_NINO: ['GB 12 34 56 C', 'AB 12 34 56 E'],
  IN_AADHAAR: ['aadhaar 2341 2341 2347', 'aadhaar 1341 2341 2346'],
  DE_TAX_ID: ['Steuer-ID 86095742718', '86095742719'],
  ES_NIF: ['12345678A'],
  ES_NIE: ['X1234567M'],
  IT_FISCAL_CODE: ['RSSMRA85T10A562T'],
  PL_PESEL: ['PESEL 44051401358', 'PESEL 44951401359'],
  NL_BSN: ['BSN 111222334', '111222333'],
  FR_NIR: ['2 55 08 14 168 025 39'],
  SE_PERSONNUMMER: ['811228-9875', '811328-9874'],
  BR_CPF: ['529.982.247-26', '111.111.111-11'],
  LOCATION: ['in 2024 Google Drive was', '$5 Penny Lane', 'v1.2 Main Street', 'streets of 3 towns', '12 street lamps', '3 Blind Mice'],
  PERSON: ['Dear Customer,', 'Hi Team,', 'Dear Human Resources,', 'To: Accounts Payable', 'Name: Widget', 'From: Orchard Bank', 'Dear me, what a day', 'my name is on the list', 'Dr', 'Contact: see below'],
};

function only(entity: string, text: string): string[] {
  return findPii(text, { entities: [entity] }).map(({ start, end }) => text.slice(start, end));
}

describe('PII recognizers', () => {
  describe.each(Object.keys(FOUND))('%s', (entity) => {
    it.each(FOUND[entity]!)('is found: %s', (marked) => {
      expect(only(entity, marked.replace(/[«»]/g, ''))).toEqual([/«(.*)»/s.exec(marked)![1]]);
    });

    it.each(NOT_FOUND[entity]!)('is not found: %s', (text) => {
      expect(only(entity, text)).toEqual([]);
    });
  });

  it('notice every single wrong digit by Luhn, MOD 97 and Verhoeff', () => {
    const checks = [
      { valid: '4111111111111111', holds: luhn },
      { valid: '3704004405320130001314' + '89', holds: (digits: string) => mod97(digits) === 1 },
      { valid: '234123412346', holds: verhoeff },
    ];
    fc.assert(fc.property(fc.constantFrom(...checks), fc.nat(), fc.integer({ min: 1, max: 9 }), ({ valid, holds }, where, by) => {
      const at = where % valid.length;
      const wrong = valid.slice(0, at) + String((Number(valid[at]) + by) % 10) + valid.slice(at + 1);
      return holds(valid) && !holds(wrong);
    }));
  });

  it('finds nothing in texts without the signs that it names', () => {
    const written = [...Object.values(FOUND), ...Object.values(NOT_FOUND)].flat().map((text) => text.replace(/[«»]/g, ''));
    const without = (text: string) => Array.from(text, (_, at) => text.slice(0, at) + text.slice(at + 1));
    for (const text of written.flatMap((whole) => [whole, ...without(whole)])) {
      for (const { name, signs = {}, sightings } of PII_RECOGNIZERS) {
        const isSearched = (text.match(/\d/g) ?? []).length >= (signs.digits ?? 0) && (signs.mark?.test(text) ?? true);
        if (!isSearched) expect([name, text, ...sightings(text)]).toEqual([name, text]);
      }
    }
  });
});
