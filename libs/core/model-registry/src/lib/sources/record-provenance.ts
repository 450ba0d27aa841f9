import { withHistory } from '../model-record';
import type { ModelRecords } from '../model-records';
import type { RecordProvenance } from './installer';

/** Keeps in the catalogue where installed versions came from. */
export function provenanceIn(records: ModelRecords): RecordProvenance {
  return async (name, version, provenance) => {
    await records.change(name, (record) => {
      const known = { ...record, provenance: { ...record.provenance, [version]: provenance } };
      return withHistory(known, { by: 'cortex', action: 'register', to: version, reason: provenance.source ?? provenance.kind });
    });
  };
}
