import { Documents1795737600001 } from './migrations/documents';
import { Initial1795651200000 } from './migrations/initial';
import { Passages1795737600002 } from './migrations/passages';
import { Pipelines1795737600000 } from './migrations/pipelines';
import { Tenancy1795737600003 } from './migrations/tenancy';

/** In their order. A migration that was ever released is never changed: what the database remembers is its name. */
export const MIGRATIONS = [Initial1795651200000, Pipelines1795737600000, Documents1795737600001, Passages1795737600002, Tenancy1795737600003];
