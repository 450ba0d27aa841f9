import { Initial1795651200000 } from './migrations/initial';

/** In their order. A migration that was ever released is never changed: what the database remembers is its name. */
export const MIGRATIONS = [Initial1795651200000];
