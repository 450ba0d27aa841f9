import type { IncomingHttpHeaders } from 'node:http';
import type { Priority } from '@cortex/kernel';

/** What a key may do; each includes the ones before it. */
export type Scope = 'infer' | 'manage' | 'admin';
/** Who a key stands for. */
export interface Principal { readonly tenant: string; readonly scopes: readonly Scope[]; /** Requests above it are lowered to it. */ readonly maxPriority: Priority; readonly keyName: string }
export declare class Access {
  /** `Authorization: Bearer KEY` or `x-api-key: KEY`. With auth off: the local principal. @throws UnauthenticatedError */
  authenticate(headers: IncomingHttpHeaders): Principal;
  /** @throws ForbiddenError naming the missing scope */
  authorize(principal: Principal, scope: Scope): void;
}
