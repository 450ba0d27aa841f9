import { Initial1795651200000 } from './migrations/initial';
import { Pipelines1795737600000 } from './migrations/pipelines';

/** In their order. A migration that was ever released is never changed: what the database remembers is its name. */
export const MIGRATIONS = [Initial1795651200000, Pipelines1795737600000];
