import type { KeyRecord } from './key-record';

/** The record at the place of its former state, or last. */
export function withRecord(records: readonly KeyRecord[], record: KeyRecord): KeyRecord[] {
  const position = records.findIndex(({ id }) => id === record.id);
  return position < 0 ? [...records, record] : records.with(position, record);
}

/** All but the one with this id. */
export function withoutRecord(records: readonly KeyRecord[], id: string): KeyRecord[] {
  return records.filter((record) => record.id !== id);
}
