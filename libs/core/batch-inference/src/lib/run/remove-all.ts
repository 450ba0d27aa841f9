import { inOrder } from '@cortex/jobs';
import type { ObjectStore } from '@cortex/objects';

/** Removed at once: a store far away takes milliseconds for each. */
const AT_ONCE = 16;

/** Removes every object whose key begins so. */
export async function removeAll(store: Pick<ObjectStore, 'list' | 'remove'>, prefix: string): Promise<void> {
  for await (const _removed of inOrder(store.list(prefix), AT_ONCE, ({ key }) => store.remove(key)));
}
