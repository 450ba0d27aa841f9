import { digestOfFiles } from '../digest';
import { withHistory } from '../model-record';
import type { ModelRecords } from '../model-records';
import type { RecordArrival } from './installer';

/** Keeps in the catalogue where installed versions came from, and what they were. */
export function recordedIn(records: ModelRecords): RecordArrival {
  return async (name, version, { provenance, files }) => {
    await records.change(name, (record) => {
      const known = { ...record, provenance: { ...record.provenance, [version]: { ...provenance, digest: digestOfFiles(files) } } };
      return withHistory(known, { by: 'cortex', action: 'register', to: version, reason: provenance.source ?? provenance.kind });
    });
  };
}
