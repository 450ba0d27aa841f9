import type { IncomingHttpHeaders } from 'node:http';
import type { Principal, Scope } from '@cortex/identity';
import type { RequestContext } from '@cortex/kernel';
import type { ZodType } from 'zod';
import type { Content } from './content';
import type { EventStream } from './event-stream';

/** A request as a handler sees it: who asks, and what was validated. */
export interface Call<Body = unknown, Query = unknown> {
  readonly context: RequestContext;
  readonly principal: Principal;
  readonly params: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  readonly body: Body;
  readonly query: Query;
  /** The body as it came, inflated. */
  readonly bytes: Buffer | undefined;
  /** The body as it comes, where the route streams it. */
  readonly chunks?: AsyncIterable<Uint8Array>;
}

/** A value is sent as JSON, a Content as it is, an EventStream as its events come. */
export type Answer = object | Content | EventStream;

/** A call that works on a server with the bundled model; the OpenAPI document shows it and the specs make it. */
export interface Example {
  readonly params?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** That of the route's answers unless the example shows a refusal. */
  readonly status?: number;
}

/** One operation of a protocol, as data: registration, validation, access, documentation and tests all read it. */
export interface Route<Body = unknown, Query = unknown> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** `:name` marks a parameter, `*` at the end the rest of the path. The form of its errors follows from it. */
  readonly url: string;
  readonly scope: 'public' | Scope;
  readonly summary: string;
  /** Named by `named()`. */
  readonly body?: ZodType<Body>;
  readonly query?: ZodType<Query>;
  /** Named by `named()`; documentation only, answers are not checked against it at run time. */
  readonly response: ZodType;
  readonly example: Example;
  /** Media types of its answers, the first what `response` describes; JSON alone where absent. A request that takes none of them is refused. */
  readonly produces?: readonly string[];
  /** Reads a body in Arrow as the body that the handler takes; such bodies are refused where absent. */
  readonly arrow?: (bytes: Buffer, query: Query) => Body;
  /** The handler reads `bytes` itself, whatever the content type; `body` is then documentation only. */
  readonly readsBytes?: true;
  /** The handler reads `chunks` while they come; the limit of bodies does not hold, its own must. */
  readonly streamsBody?: true;
  /** Media types of a body beside JSON; documentation only. */
  readonly consumes?: readonly string[];
  /** JSON is read whatever the content type says: a client of this protocol is known to leave it out or get it wrong. */
  readonly anyContentType?: true;
  /** Not an operation: pages and their assets. */
  readonly hidden?: true;
  /** Where what was begun can be asked for: the answers are 202 then, with this as `location`. */
  location?(answer: Answer): string;
  handle(call: Call<Body, Query>): Answer | Promise<Answer>;
}

/** Of its answers. */
export function statusOfAnswers({ location }: Pick<Route, 'location'>): 200 | 202 {
  return location ? 202 : 200;
}

/** Gives a handler the types of its schemas, then forgets them, so that a table holds routes of all kinds. */
export function route<Body = undefined, Query = undefined>(definition: Route<Body, Query>): Route {
  return definition as Route;
}

/** A protocol is its table of routes. */
export abstract class Protocol {
  /** The tag of its operations. */
  abstract readonly name: string;
  abstract routes(): readonly Route[];
}
