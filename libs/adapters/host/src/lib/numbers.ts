import { UnreadableError } from './host.errors';

/** A whole number, alone in its text. @throws UnreadableError naming `what` */
export function wholeOf(text: string | undefined, what: string): number {
  const digits = text?.trim() ?? '';
  if (!/^\d{1,20}$/.test(digits)) throw new UnreadableError(`${what} is no whole number`);
  return Number(digits);
}

/** The number after `key` in a text of `key 123`, `key: 123` or `key: 123 kB` lines, in bytes. @throws UnreadableError */
export function valueOf(text: string, key: string): number {
  const match = new RegExp(`^${key}:?\\s+(\\d{1,20})( kB)?$`, 'm').exec(text);
  if (!match) throw new UnreadableError(`${key} is missing or no whole number`);
  return Number(match[1]) * (match[2] ? 1_024 : 1);
}
