import { BadRowError } from './row-faults';

/** A row's text under that name. @throws BadRowError where there is none, or nothing in it */
export function textIn(fields: Readonly<Record<string, unknown>>, name: string): string {
  return checkedText(fields[name], name);
}

/** A row's texts under that name, at least one. @throws BadRowError */
export function textsIn(fields: Readonly<Record<string, unknown>>, name: string): readonly string[] {
  const value = fields[name];
  if (!Array.isArray(value) || value.length === 0) throw new BadRowError(`${name}: expected a list of texts, got ${kindOf(value)}`);
  return value.map((text, index) => checkedText(text, `${name}[${index}]`));
}

function checkedText(value: unknown, name: string): string {
  if (typeof value !== 'string') throw new BadRowError(`${name}: expected a text, got ${kindOf(value)}`);
  if (value === '') throw new BadRowError(`${name}: the text is empty`);
  return value;
}

function kindOf(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
