import { quote } from '@cortex/kernel';
import { NotAcceptableError } from './http.errors';

interface MediaRange {
  readonly range: string;
  /** 0: anything but this. */
  readonly quality: number;
}

/** What a route answers with where it names nothing else. */
export const JSON_ALONE: readonly string[] = ['application/json'];

/** Clients send few different headers, so what was admitted once is remembered: this many, none longer. */
const REMEMBERED = 32;
const LONGEST_REMEMBERED = 256;
/** Ranges, and parameters of each, that are read: a header full of commas would take milliseconds. */
const MOST_READ = 64;

/**
 * Makes the check of `Accept` against the media types of a route (RFC 9110, section 12.5.1). Parameters other than `q`
 * are not looked at, and no header, an empty one or a bare `*` (Java's) admit everything.
 */
export function acceptCheck(produces: readonly string[]): (accept: string | undefined) => void {
  const admitted = new Set(produces.flatMap(rangesOver));
  /** @throws NotAcceptableError when it admits nothing that the route answers with */
  return (accept) => {
    if (accept === undefined || admitted.has(accept)) return;
    if (!admits(accept, produces)) throw new NotAcceptableError(`accept is ${quote(accept)}, this route answers with ${produces.join(' or ')}`);
    if (admitted.size < REMEMBERED && accept.length <= LONGEST_REMEMBERED) admitted.add(accept);
  };
}

/** Whether `Accept` names one type, and no other one before it by its quality. What only a wildcard admits is not named. */
export function prefers(accept: string | undefined, type: string, other: string): boolean {
  if (accept === undefined || accept.length < type.length) return false;
  const ranges = rangesOf(accept);
  const qualityOf = (name: string) => ranges.find(({ range }) => range === name)?.quality ?? 0;
  return qualityOf(type) > 0 && qualityOf(type) >= qualityOf(other);
}

/** From the most specific, which counts, to the least. */
function rangesOver(type: string): readonly string[] {
  return [type, `${type.split('/', 1)[0]}/*`, '*/*'];
}

function admits(accept: string, produces: readonly string[]): boolean {
  const ranges = rangesOf(accept);
  return ranges.length === 0 || produces.some((type) => admitsType(ranges, type));
}

function rangesOf(accept: string): readonly MediaRange[] {
  return accept.split(',', MOST_READ).map(mediaRange).filter(({ range }) => range !== '');
}

function admitsType(ranges: readonly MediaRange[], type: string): boolean {
  const names = rangesOver(type);
  const counting = names.map((name) => ranges.filter(({ range }) => range === name)).find(({ length }) => length > 0) ?? [];
  return counting.some(({ quality }) => quality > 0);
}

function mediaRange(text: string): MediaRange {
  const [range = '', ...parameters] = text.toLowerCase().split(';', MOST_READ).map((part) => part.trim());
  const [, quality = '1'] = parameters.map((parameter) => /^q=(\d+\.?\d*|\.\d+)$/.exec(parameter)).find((match) => match !== null) ?? [];
  return { range: range === '*' ? '*/*' : range, quality: Number(quality) };
}
