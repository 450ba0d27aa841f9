import { digestOfFiles } from '../digest';
import { kept, type ModelRecord } from '../model-record';
import type { FilePin } from '../model-version';

/** A version as it lies on this machine. */
export interface LocalVersion {
  /** Every file of a version that was pulled, uploaded or brought; undefined for what the operator put there, which is his. */
  readonly installed?: readonly FilePin[];
}

/** What this machine must do about a version, that all replicas have the same. `replace`: another one lies here under its name. */
export type Due = 'nothing' | 'share' | 'bring' | 'drop' | 'replace';

/** The record decides: what it shares is brought, what it says was deleted or is another one goes, what it knows nothing of is shared. */
export function dueOf(version: string, local: LocalVersion | undefined, record: ModelRecord): Due {
  const shared = kept(record.shared, version);
  if (shared === undefined) return local?.installed ? unshared(version, local.installed, record) : 'nothing';
  if (local === undefined) return 'bring';
  return local.installed === undefined || digestOfFiles(local.installed) === digestOfFiles(shared) ? 'nothing' : 'replace';
}

/** A record that was lost deletes nothing: only its word that a version was deleted, or is another one, does. */
function unshared(version: string, installed: readonly FilePin[], record: ModelRecord): Due {
  const known = kept(record.provenance, version);
  if (known) return known.digest === undefined || known.digest === digestOfFiles(installed) ? 'share' : 'drop';
  const latest = record.history.find(({ action, from, to }) => (action === 'delete' ? from === version : (action === 'register' || action === 'share') && to === version));
  return latest?.action === 'delete' ? 'drop' : 'share';
}
