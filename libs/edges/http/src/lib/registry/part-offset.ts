import type { IncomingHttpHeaders } from 'node:http';
import { quote } from '@cortex/kernel';
import { InvalidRequestError } from '../http.errors';

/** Where a part of a file begins: `content-range: bytes a-b/total` (RFC 9110) or `upload-offset: a`; 0 without either. @throws InvalidRequestError */
export function partOffset({ 'content-range': range, 'upload-offset': offset, 'content-length': length }: IncomingHttpHeaders): number {
  if (range === undefined) return offset === undefined ? 0 : wholeNumber('upload-offset', String(offset), /^(\d{1,15})$/)[0]!;
  const [first = 0, last = 0] = wholeNumber('content-range', range, /^bytes (\d{1,15})-(\d{1,15})\/(?:\d{1,15}|\*)$/);
  if (length !== undefined && Number(length) !== last - first + 1) throw new InvalidRequestError('content-range', `content-range is ${quote(range)}, the part has ${quote(length)} bytes`);
  return first;
}

function wholeNumber(field: string, text: string, pattern: RegExp): readonly number[] {
  const match = pattern.exec(text);
  if (match === null) throw new InvalidRequestError(field, `${field} is ${quote(text)}, expected ${field === 'content-range' ? 'bytes first-last/total' : 'a whole number'}`);
  return match.slice(1).map(Number);
}
