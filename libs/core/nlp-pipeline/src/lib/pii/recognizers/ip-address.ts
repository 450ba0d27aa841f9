import { byForms, type Form } from '../recognizer';

const OCTET = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';
const V4 = `${OCTET}(?:\\.${OCTET}){3}`;
/** `version 1.2.3.4` is none. */
const NO_VERSION = String.raw`(?<!\bv(?:er(?:sion)?)?[. ]{0,2}|\brelease )`;
const forms: readonly Form[] = [
  { name: 'IPv4', regex: new RegExp(String.raw`${NO_VERSION}(?<![\w.:-])${V4}(?:/(?:3[0-2]|[12]?\d)(?!\d))?(?![\w]|\.\d)`, 'gi'), score: 0.6 },
  { name: 'IPv6', regex: new RegExp(String.raw`(?<![\w:.])(?=[\da-f]{0,4}:)[\da-f:]{2,39}(?:(?<=:)${V4})?(?:%\w{1,16})?(?:/\d{1,3})?(?![\w:]|\.\d)`, 'gi'), score: 0.6 },
];

export const ipAddress = byForms({
  name: 'IpRecognizer',
  entity: 'IP_ADDRESS',
  context: ['ip', 'ipv4', 'ipv6', 'address', 'host', 'server'],
  signs: { mark: /:|\d\.\d/ },
  forms,
  judge: (text, { name, score }) => (name === 'IPv4' || isV6(text) ? score : 0),
});

/** RFC 4291, section 2.2: eight groups, or fewer and one `::`; the last two may be an IPv4 address. */
function isV6(text: string): boolean {
  const [address, prefix] = text.replace(/%\w*/, '').split('/') as [string, string?];
  const halves = address.replace(/\d+(?:\.\d+){3}$/, '0:0').split('::');
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  if (halves.length > 2 || groups.length === 0 || Number(prefix ?? 0) > 128) return false;
  if (!groups.every((group) => /^[\da-f]{1,4}$/i.test(group))) return false;
  return halves.length === 2 ? groups.length < 8 && /\d/.test(address) : groups.length === 8;
}
