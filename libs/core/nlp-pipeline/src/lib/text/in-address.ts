import type { Span } from '../doc';
import { marksAddress } from '../pii/top-level-domains';

/** How far around a span the rule looks, so that time grows as the spans. */
const LOOK = 200;
const ADDRESS = /[^\s@]@[^\s@]+\.|:\/\/|^www\./i;

/** Whether a span stands within an e-mail or web address, which names nobody and no place as prose does. */
export function isInAddress(text: string, { start, end }: Span): boolean {
  const [before = ''] = /\S*$/.exec(text.slice(Math.max(0, start - LOOK), start)) ?? [];
  const [after = ''] = /^\S*/.exec(text.slice(end, end + LOOK)) ?? [];
  const span = text.slice(start, end);
  return !/\s/.test(span) && before + after !== '' && isAddress(before + span + after);
}

/** Also a host by itself, with or without a path. */
function isAddress(word: string): boolean {
  const ending = /^[("'<[]*(?:[\w-]+\.)+([a-z]{2,12})(?![\w-]|\.\w)/.exec(word)?.[1];
  return ADDRESS.test(word) || (ending !== undefined && marksAddress(ending));
}
