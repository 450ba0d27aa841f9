import { checkedPrefix, type ObjectStore } from '@cortex/objects';
import { ModelSources, type ModelSource, type SourceAddress } from './model-source.port';
import { ObjectModelSource } from './object-model-source';

/** Sources in the object store, beside the others. */
export class StoredModelSources extends ModelSources {
  constructor(private readonly objects: ObjectStore, private readonly others: ModelSources) {
    super();
  }

  /** @throws ObjectKeyError for a prefix that no object can have */
  at(address: SourceAddress): ModelSource {
    return address.kind === 'object-store' ? new ObjectModelSource(this.objects, checkedPrefix(address.prefix)) : this.others.at(address);
  }
}
