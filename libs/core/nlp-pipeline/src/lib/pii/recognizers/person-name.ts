import { isOfCode } from '../codes';
import { byForms } from '../recognizer';

const PARTICLE = '(?:van|von|der|den|ter|de|del|della|da|di|dos|la|le|bin|al|el) ';
const NAME = String.raw`(?:\p{Lu}[\p{L}\p{M}'’-]{1,30}|\p{Lu}\.)`;
const FURTHER = `(?: (?:${PARTICLE}){0,2}(?:${NAME}|${PARTICLE.trim()}-${NAME}))`;
const TITLES = 'Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor';
const SALUTATIONS = 'Dear|Hi|Hello|Hey|Hallo';
const LABELS =
  'name|full name|patient|patient name|customer|customer name|client|client name|employee|employee name|contact|contact person|recipient|beneficiary|account holder|cardholder|card holder|' +
  'applicant|insured|policyholder|tenant|guest|passenger|student|member|attn|attention|to|from|cc|bill to|billed to|ship to|sold to|deliver to|signed|signed by|prepared by|approved by|author|owner|' +
  'next of kin|emergency contact|physician|attending|manager|reported by|assigned to';
/** As they stand on forms: small, with a capital, with capitals, all capitals. */
const WRITTEN_LABELS = LABELS.split('|').flatMap((label) => [label, label[0]!.toUpperCase() + label.slice(1), label.replace(/\b\w/g, (first) => first.toUpperCase()), label.toUpperCase()]);
/** Words of forms and letters: what is called by these alone is nobody. */
const NOBODY = new Set(
  ('team all sir sirs madam everyone everybody customer customers client member members friend friends colleague colleagues hiring manager managers support service services sales ' +
    'accounts account payable receivable department dept office committee board staff human resources director editor reader readers guest guests resident student students parent ' +
    'parents valued there world inc ltd llc gmbh plc corp company bank university college school hospital clinic council street road social security number the and ' +
    'sku iban bic swift vat dob ref fax eur usd gbp chf').split(' '),
);

const WORD = /[\p{L}\p{N}]+/gu;
const LABEL = new RegExp(String.raw`^(?:${LABELS})[ \t]{0,2}:`, 'i');
const LONGEST_LABEL = 32;

/** Whether a name is one of somebody: not the label of a form that begins there, nor made of the words of forms and of codes. */
export function isSomebody(text: string, { start, end }: { readonly start: number; readonly end: number }): boolean {
  return !isLabel(text, start) && [...text.slice(start, end).matchAll(WORD)].some(({ 0: word, index }) => !NOBODY.has(word.toLowerCase()) && !isOfCode(text, { start: start + index, end: start + index + word.length }));
}

/** Whether a label of a form begins here: "Bill to:" names nobody. */
function isLabel(text: string, start: number): boolean {
  return LABEL.test(text.slice(start, start + LONGEST_LABEL));
}

/** Who is addressed, or named beside a label that people fill in. Most names stand elsewhere: those are for a model. */
export const personName = byForms({
  name: 'LabelledNameRecognizer',
  entity: 'PERSON',
  languages: ['en'],
  context: [],
  signs: { mark: new RegExp(`:|\\b(?:${TITLES}|${SALUTATIONS}|name)\\b`) },
  forms: [
    { name: 'title', regex: new RegExp(String.raw`(?<=(?<![\p{L}\p{N}])(?:${TITLES})\.? )${NAME}${FURTHER}{0,2}`, 'gu'), score: 0.75 },
    { name: 'salutation', regex: new RegExp(String.raw`(?<=(?:^|\n)[ \t]{0,4}(?:${SALUTATIONS}) )${NAME}${FURTHER}{0,3}(?=[ \t]{0,2}(?:[,!:;\r\n-]|$))`, 'gu'), score: 0.75 },
    { name: 'introduction', regex: new RegExp(String.raw`(?<=(?<![\p{L}\p{N}])(?:[Mm]y (?:full )?name is|[Mm]y name['’]s) )${NAME}${FURTHER}{0,3}`, 'gu'), score: 0.85 },
    { name: 'label', regex: new RegExp(String.raw`(?<=(?:^|[\n;|])[ \t]{0,4}(?:${[...new Set(WRITTEN_LABELS)].join('|')})[ \t]{0,2}:[ \t]{1,4})${NAME}${FURTHER}{1,3}(?=[ \t]{0,4}(?:[,;|(<\r\n]|$))`, 'gu'), score: 0.75 },
  ],
  judge: (text, { score }) => ((text.toLowerCase().match(WORD) ?? []).some((word) => NOBODY.has(word)) ? 0 : score),
});
