import { bsn, cardNumber, cpf, germanTaxId, ibanOf, ipAddress, macAddress, nhsNumber, personnummer, pesel, phoneNumber, spanishNif, usSsn } from './numbers';
import { emailAddress, organization, person, street, town, webAddress } from './people';
import { Random } from './random';
import { TEMPLATES, type Template } from './templates';
import type { TypedSpan } from '../span-tally';

export interface KnownDocument {
  readonly text: string;
  readonly language: string;
  readonly known: readonly TypedSpan[];
}

type Maker = (random: Random) => string;

const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const ENTITIES: Readonly<Record<string, Maker>> = {
  PERSON: person, ORGANIZATION: organization, LOCATION: (random) => random.pick([town(random), `${street(random)}, ${town(random)}`]), EMAIL_ADDRESS: emailAddress, URL: webAddress,
  CREDIT_CARD: cardNumber, IBAN_CODE: ibanOf, PHONE_NUMBER: phoneNumber, US_SSN: usSsn, UK_NHS: nhsNumber, DE_TAX_ID: germanTaxId, ES_NIF: spanishNif,
  PL_PESEL: pesel, SE_PERSONNUMMER: personnummer, BR_CPF: cpf, NL_BSN: bsn, IP_ADDRESS: ipAddress, MAC_ADDRESS: macAddress, DATE_TIME: dateOf,
};
/** What is nobody's, though it looks as if. */
const DECOYS: Readonly<Record<string, Maker>> = {
  order: (random) => random.like(random.pick(['##########', '@@-######', '####-####-##', '§########', '###########'])),
  invoice: (random) => random.like(random.pick(['INV-####-####', '20##/####', 'RE########'])),
  price: (random) => random.like(random.pick(['$§##.##', '§,###.## EUR', '£§#', '§.###,## €'])),
  sku: (random) => random.like(random.pick(['@@@-####', '####.###', 'B0@#@##@#@#'])),
  small: (random) => random.like('§###'),
  version: (random) => random.like(random.pick(['v§.##.#', 'version §.#.#.##', '§.#.#-rc§'])),
  uuid: (random) => random.like('¤¤¤¤¤¤¤¤-¤¤¤¤-4¤¤¤-8¤¤¤-¤¤¤¤¤¤¤¤¤¤¤¤'),
  hash: (random) => random.like('¤¤¤¤¤¤¤¤¤¤¤¤¤¤¤¤¤¤¤¤¤¤¤¤¤¤¤¤¤¤¤¤¤¤¤¤¤¤¤¤'),
  isbn: (random) => random.like('978-#-####-####-#'),
  tracking: (random) => random.like(random.pick(['1Z###@@##########', 'RR#########GB', '9400 1### #### #### #### ##'])),
};

const MEASURED = 4_000;
/** Not the seed whose documents were looked at while the rules were written. */
const MEASURED_SEED = 4_711;

/** The documents that figures are taken on, or the first of them. */
export function measuredDocuments(most = Infinity): KnownDocument[] {
  return documents(Math.min(MEASURED, most), MEASURED_SEED);
}

/** Documents of many kinds with known personal data; the same seed gives the same documents. */
export function documents(count: number, seed: number): KnownDocument[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => filled(random.pick(TEMPLATES), random));
}

function filled({ language, text: template }: Template, random: Random): KnownDocument {
  const known: TypedSpan[] = [];
  let text = '';
  for (const part of template.split(/(\{\w+\}|\[\w+\])/)) {
    const name = part.slice(1, -1);
    const isEntity = part.startsWith('{');
    const written = isEntity ? ENTITIES[name]!(random) : part.startsWith('[') ? DECOYS[name]!(random) : part;
    if (isEntity) known.push({ type: name, start: text.length, end: text.length + written.length });
    text += written;
  }
  return { text, language, known };
}

function dateOf(random: Random): string {
  const [year, month, day] = [random.between(1940, 2026), random.between(1, 12), random.between(1, 28)];
  const [mm, dd] = [month, day].map((number) => String(number).padStart(2, '0'));
  const name = MONTHS[month - 1]!;
  return random.pick([
    `${year}-${mm}-${dd}`, `${dd}/${mm}/${year}`, `${month}/${day}/${year}`, `${dd}.${mm}.${year}`, `${day} ${name} ${year}`, `${name} ${day}, ${year}`, `${day} ${name.slice(0, 3)} ${year}`,
    `${year}-${mm}-${dd}T${String(random.below(24)).padStart(2, '0')}:${random.like('3#')}:0${random.below(10)}Z`,
  ]);
}
