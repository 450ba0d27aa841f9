import { byForms, type Form } from '../recognizer';

/** Source: the suffixes that are common among those of USPS Publication 28, appendix C1, and of British streets; none that often ends other names after a number. */
const KINDS =
  'Street Road Avenue Lane Drive Boulevard Way Court Place Square Terrace Close Crescent Hill Walk Gardens Grove Row Mews Parkway Highway Circle Quay Wharf Alley Plaza Trail Turnpike ' +
  'Loop Heights Rise Embankment Esplanade Promenade Parade Causeway Crossing Meadows Park Bridge';
/** A dot behind them is theirs. */
const SHORT_KINDS = 'St Rd Ave Ln Dr Blvd Ct Pl Sq Ter Cres Gdns Pkwy Hwy Cir';
const KIND = String.raw`(?:(?:${written(KINDS)})\b|(?:${written(SHORT_KINDS)})\b\.?)`;
const NUMBER = String.raw`\d{1,5}[A-Za-z]?(?:[-/]\d{1,4}[A-Za-z]?)?`;
const NAME = String.raw`(?:\p{Lu}[\p{L}\p{M}'’.-]{0,24}|\d{1,3}(?:st|nd|rd|th)) `;
const SIDE = String.raw`(?:(?:North|South|East|West|[NSEW]|[NS][EW])\.?)`;
const FLAT = String.raw`(?:Apt|Apartment|Suite|Ste|Unit|Flat|Room|Floor|#)\.? ?#?[A-Za-z\d-]{1,6}`;
/** "in 2024 Google Drive": a year is no house. */
const BEFORE = String.raw`(?<![\w.,/$€£#-]|\b(?:[Ii]n|[Ss]ince|[Bb]y|[Uu]ntil|[Dd]uring|[Aa]fter|[Bb]efore|[Oo]f|[Ff]rom) (?=(?:19|20)\d\d ))`;

function street(name: string, source: string, score: number): Form {
  return { name, regex: new RegExp(`${BEFORE}(?:${FLAT},? )?${source}(?: ${SIDE}(?![\\p{L}\\p{N}]))?(?:,? ${FLAT})?(?![\\p{L}\\p{N}])`, 'gu'), score };
}

/** A house and its street; the town behind it is for `addresses` to add. */
export const streetAddress = byForms({
  name: 'StreetAddressRecognizer',
  entity: 'LOCATION',
  languages: ['en'],
  context: ['address', 'lives', 'resident', 'office', 'delivery', 'deliver', 'ship', 'located'],
  signs: { digits: 1 },
  forms: [
    street('number, name, kind', String.raw`${NUMBER} (?:${SIDE} )?(?:${NAME}){1,3}${KIND}`, 0.75),
    street('number, name of one word', String.raw`${NUMBER} \p{Lu}\p{Ll}{2,16}(?:way|gate|street|road|side|field)\b`, 0.6),
    { name: 'post box', regex: /(?<!\w)P\.? ?O\.? Box \d{1,6}(?!\w)/g, score: 0.75 },
  ],
});

/** With capitals, or all in them. */
function written(kinds: string): string {
  return kinds.split(' ').flatMap((kind) => [kind, kind.toUpperCase()]).join('|');
}
