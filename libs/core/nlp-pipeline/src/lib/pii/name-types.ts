import type { Entity } from '../doc';
import type { PiiFinding } from './pii-finding';
import { isSomebody } from './recognizers/person-name';

/** Models' labels, and the types of personal data that they are. */
const TYPES: ReadonlyMap<string, string> = new Map([
  ['PER', 'PERSON'], ['PERSON', 'PERSON'],
  ['LOC', 'LOCATION'], ['LOCATION', 'LOCATION'], ['GPE', 'LOCATION'],
  ['ORG', 'ORGANIZATION'], ['ORGANIZATION', 'ORGANIZATION'],
]);

/** What a model that tags tokens calls its head for names when it names one, or when it has only one. */
export const NAME_HEADS = ['ner', 'tags'] as const;

const NAME_TYPES: ReadonlySet<string> = new Set(TYPES.values());

/** Whether findings of this type are names of somebody or something. */
export function isNameType(type: string): boolean {
  return NAME_TYPES.has(type);
}

/** The type of a name that a model labelled; undefined for labels that are no personal data. */
export function nameTypeOf(label: string): string | undefined {
  return TYPES.get(label);
}

/** Entities that are personal data, found in the text by `recognizer`. */
export function namesAsPii(entities: readonly Entity[], text: string, recognizer: string): PiiFinding[] {
  return entities.flatMap(({ label, start, end, score }) => {
    const type = nameTypeOf(label);
    return type === undefined || !isSomebody(text, { start, end }) ? [] : [{ type, start, end, score, recognizer }];
  });
}
