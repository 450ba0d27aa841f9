import type { Budget } from '@cortex/kernel';
import type { KeyRecord } from './key-record';

/** The account that a key's quotas are taken from: it stays over rotations, and never shows the key. */
export function accountOf(id: string): string {
  return `key:${id}`;
}

/** The quotas of a key as budgets of its account. */
export function budgetsOf({ id, quotas }: Pick<KeyRecord, 'id' | 'quotas'>): Budget[] {
  return quotas.map(({ resource, limit, windowMs }) => ({ account: accountOf(id), resource, limit, windowMs }));
}
