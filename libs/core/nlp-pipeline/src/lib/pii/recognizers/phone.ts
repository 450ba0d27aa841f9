import { Metadata, type MetadataJson } from 'libphonenumber-js/core';
import { getCountryCallingCode, parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/max';
import metadataOfAll from 'libphonenumber-js/max/metadata';
import { digitsOf } from '../check-digits';
import { matchesOf, type PiiRecognizer, type Sighting } from '../recognizer';

/** Where a number without a country code may be at home; Presidio's default. */
export const PHONE_REGIONS: readonly CountryCode[] = ['US', 'GB', 'DE', 'FR', 'IL', 'IN', 'CA', 'BR'];

/** Groups of digits with at most four separators between them: at most 154 characters, and no part can take another's. */
const CANDIDATE = /(?<![\w+]|\w-|\d[.,:/])(?:\+ ?|\(\+?)?\d{1,15}(?:[ ()./-]{1,4}\d{1,15}){0,7}(?:[ ,;]{0,2}(?:ext\.?|extension|x)[ :=]{0,2}\d{1,6})?(?![\w]|[.:/-]\d|,\d)/gi;
/** What a date, a time or an amount looks like. */
const NOT_A_NUMBER = /^(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|\d{1,3}(?:\.\d{3}){1,3}|\d+\.\d{1,2})$/;
/** Three, three and four, which is how everybody there writes them. */
const NORTH_AMERICAN = /^(?:1[ .-]{1,3})?\(?\d{3}\)?[ ./-]{1,3}\d{3}[ .-]{1,3}\d{4}\b/;
const GROUP = /(?:\+ ?|\(\+?)?\d+\)?/g;
const EXTENSION = /[ ,;]*(?:ext|x).*$/i;
/** Presidio's, and that of what only looks like one. */
const SCORE = 0.4;
/** With a country code there is little else that it could be. */
const INTERNATIONAL = 0.6;
const WEAK = 0.2;

/** Numbers that libphonenumber calls valid, in their region's form or with a country code. Source: Google's libphonenumber, metadata `max`. */
export function phone(regions: readonly CountryCode[] = PHONE_REGIONS): PiiRecognizer {
  const plans = regions.map(planOf);
  return {
    name: 'PhoneRecognizer',
    entity: 'PHONE_NUMBER',
    context: ['phone', 'tel', 'cell', 'mobile', 'call', 'fax', 'sms', 'whatsapp', 'contact', 'handy', 'móvil', 'portable'],
    signs: { digits: 7 },
    *sightings(text) {
      for (const { 0: candidate, index } of matchesOf(CANDIDATE, text)) yield* numbersIn(candidate, index, plans);
    },
  };
}

interface Plan {
  /** What all its numbers look like, the prefix for national calls or the country code included. */
  readonly pattern: RegExp;
  /** Its national calls begin with a 0. */
  readonly trunk: boolean;
}

/** What the library's types leave out of a numbering plan. */
interface NumberingPlan {
  nationalNumberPattern(): string;
  nationalPrefix(): string | undefined;
}

/** The library's own pattern of a country's valid numbers, compiled once: its parser, which compiles as it goes, takes 50 µs a text and region. */
function planOf(region: CountryCode): Plan {
  const metadata = new Metadata(metadataOfAll as unknown as MetadataJson);
  metadata.selectNumberingPlan(region);
  const plan = metadata.numberingPlan as unknown as NumberingPlan;
  const prefixes = `(?:${getCountryCallingCode(region)}|${plan.nationalPrefix() ?? ''}|0)?`;
  return { pattern: new RegExp(`^${prefixes}(?:${plan.nationalNumberPattern()})$`), trunk: plan.nationalPrefix() === '0' };
}

/** The candidate itself, or the longest numbers that its groups make up: two numbers in a row stand in one candidate. */
function* numbersIn(candidate: string, start: number, plans: readonly Plan[]): Generator<Sighting> {
  const groups = [...candidate.matchAll(GROUP)];
  for (let first = 0; first < groups.length;) {
    const from = groups[first]!.index;
    const found = endsOf(groups, first, candidate.length).map((to) => ({ to, score: scoreOf(candidate.slice(from, to), plans) }));
    const longest = found.findIndex(({ score }) => score > 0);
    if (longest >= 0) yield { start: start + from, end: start + found[longest]!.to, score: found[longest]!.score };
    first = longest >= 0 ? groups.length - longest : first + 1;
  }
}

/** Where a number that begins with the group `first` may end, the longest first. */
function endsOf(groups: readonly RegExpExecArray[], first: number, whole: number): number[] {
  return groups.slice(first).map((group, i) => (first + i === groups.length - 1 ? whole : group.index + group[0].length)).reverse();
}

/** 0: no number. Digits alone, or not in the country's own way (with its leading 0, or in its groups), may be anything: a word beside them must tell. */
function scoreOf(text: string, plans: readonly Plan[]): number {
  const digits = digitsOf(text.replace(EXTENSION, ''));
  if (digits.length < 7 || digits.length > 17 || NOT_A_NUMBER.test(text)) return 0;
  if (/^\(?\+/.test(text)) return parsePhoneNumberFromString(text.replace(/^\(/, ''))?.isValid() ? INTERNATIONAL : 0;
  const homes = plans.filter(({ pattern }) => pattern.test(digits));
  if (homes.length === 0) return 0;
  const asWritten = homes.some(({ trunk }) => (trunk ? digits.startsWith('0') || text.includes('(') : NORTH_AMERICAN.test(text)));
  return asWritten && !/^\d+$/.test(text) ? SCORE : WEAK;
}
