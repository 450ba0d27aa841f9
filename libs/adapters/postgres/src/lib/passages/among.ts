import type { Filter } from '@cortex/query';
import { conditionOf } from './condition';
import type { Parameters } from './parameters';
import type { Place } from './place';

/** Which documents of a place are searched: those that a filter lets through, by their ids where they are few. */
export interface Among {
  readonly place: Place;
  readonly filter?: Filter;
  readonly few?: readonly string[];
}

/** A condition on a column `document`: live ones that are meant. Without a filter those that are being written are left out, who are fewer. */
export function isAmong({ place, filter, few }: Among, parameters: Parameters): string {
  const documents = `SELECT id FROM passage_documents WHERE collection = ${parameters.bind(place.id)} AND tenant = ${parameters.bind(place.tenant)}`;
  if (few) return `document IN (${documents} AND is_live AND id = ANY (${parameters.bind(few)}::bigint[]))`;
  if (filter) return `document IN (${documents} AND is_live AND ${conditionOf(filter, parameters)})`;
  return `document NOT IN (${documents} AND NOT is_live)`;
}
