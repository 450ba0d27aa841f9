import type { Budget, Priority } from '@cortex/kernel';

/** From the least to the most powerful. */
export const SCOPES = ['infer', 'manage', 'admin'] as const;
/** What a key may do; each includes the ones before it. */
export type Scope = (typeof SCOPES)[number];

/** Who a key stands for. */
export interface Principal {
  readonly tenant: string;
  readonly scopes: readonly Scope[];
  /** Requests above it are lowered to it. */
  readonly maxPriority: Priority;
  /** The key's name, for people and logs; never the key. */
  readonly keyName: string;
  /** What each of its requests is taken from; absent: as much as there is. */
  readonly budgets?: readonly Budget[];
}

/** Whether one of the principal's scopes is, or includes, the wanted one. */
export function grants(principal: Principal, wanted: Scope): boolean {
  const rank = SCOPES.indexOf(wanted);
  return principal.scopes.some((scope) => SCOPES.indexOf(scope) >= rank);
}
