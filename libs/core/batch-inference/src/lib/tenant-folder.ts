import { checkedKey } from '@cortex/objects';

/** Everything of a tenant lies below its folder; no key of it can be spelled that lies elsewhere. Tenants' names are parts of keys by their schema. */
export function tenantFolder(tenant: string): string {
  return `tenants/${tenant}`;
}

/** The key of an object that a tenant names, relative to its folder. @throws ObjectKeyError */
export function tenantKey(tenant: string, name: string): string {
  return checkedKey(`${tenantFolder(tenant)}/${checkedKey(name)}`);
}

/** Where a job keeps what it makes. */
export function jobFolder({ tenant, id }: { readonly tenant: string; readonly id: string }): string {
  return `${tenantFolder(tenant)}/jobs/${id}`;
}

/** A file that a job makes: what became of all its rows, or of those that failed. */
export type Series = 'output' | 'errors';

const DIGITS = 8;

/** Of one window's rows; it depends on job and window alone, so that writing it again changes nothing. */
export function partKey(folder: string, series: Series, window: number): string {
  return `${partsPrefix(folder)}${series}/${String(window).padStart(DIGITS, '0')}`;
}

export function partsPrefix(folder: string): string {
  return `${folder}/parts/`;
}

export function seriesKey(folder: string, series: Series, format: string): string {
  return `${folder}/${series}.${format}`;
}
