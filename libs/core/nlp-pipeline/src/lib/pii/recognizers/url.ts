import { matchesOf, type PiiRecognizer, type Sighting } from '../recognizer';
import { marksAddress } from '../top-level-domains';

/** Longer addresses exist, but nobody wrote them. */
const LIMIT = 2_048;
const LABEL = '[a-z\\d](?:[a-z\\d-]{0,61}[a-z\\d])?';
const WITH_SCHEME = new RegExp(String.raw`(?<![a-z\d])(?:https?://|ftp://|www\d?\.)[^\s<>"\`{}|\\^]{3,${LIMIT}}`, 'gi');
const HOST = /^(?:[a-z]+:\/\/)?(?:[^\s/?#@]{1,128}@)?(?:\[[\da-f:.]+\]|[\p{L}\p{N}][\p{L}\p{N}.-]{0,252})(?:[:/?#]|$)/iu;
const BARE = new RegExp(String.raw`(?<![\w@.-])(?:${LABEL}\.){1,4}([a-z]{2,12})((?:[/?#][^\s<>"\`{}|\\^]{0,${LIMIT}})?)(?![\w@-])`, 'gi');

export const url: PiiRecognizer = {
  name: 'UrlRecognizer',
  entity: 'URL',
  context: ['url', 'website', 'link', 'site', 'homepage', 'web'],
  signs: { mark: /:\/\/|\.\S/ },
  *sightings(text) {
    for (const match of matchesOf(WITH_SCHEME, text)) {
      const address = withoutPunctuation(match[0]);
      if (/[.[]/.test(address) && HOST.test(address)) yield sighting(match.index, address, 0.6);
    }
    for (const match of matchesOf(BARE, text)) {
      if (marksAddress(match[1]!)) yield sighting(match.index, withoutPunctuation(match[0]), 0.5);
    }
  },
};

function sighting(start: number, address: string, score: number): Sighting {
  return { start, end: start + address.length, score, pattern: score > 0.5 ? 'with scheme' : 'host' };
}

/** Punctuation at the end belongs to the sentence, a closing bracket only where the address opened none. */
function withoutPunctuation(address: string): string {
  let end = address.length;
  const opens = address.includes('(');
  while (end > 0 && (/[.,;:!?'\]*]/.test(address[end - 1]!) || (address[end - 1] === ')' && !opens))) end -= 1;
  return address.slice(0, end);
}
