import type { RequestContext } from '@cortex/kernel';
import type { Principal, Scope } from '@cortex/identity';
import type { MeteredRoute } from './http-metrics';

/** Who came in, and when. Set on every request before anything else reads it. */
export interface Arrival {
  readonly principal: Principal;
  /** On the Clock. */
  readonly atMs: number;
  readonly route: MeteredRoute;
  /** Set by the routes of the protocols. */
  context?: RequestContext;
}

/** Stands behind requests to public routes: it may do nothing. */
export const NOBODY: Principal = { tenant: 'public', scopes: [], maxPriority: 'low', keyName: 'none' };

declare module 'fastify' {
  interface FastifyRequest {
    arrival: Arrival | null;
  }
  interface FastifyContextConfig {
    /** What a key must allow to call the route. A route without it is for `admin` only. */
    scope?: 'public' | Scope;
    /** The body is handed on as it comes. */
    streamsBody?: boolean;
  }
}
